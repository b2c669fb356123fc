#include "client/line_editor.h"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <histedit.h>

#include "base/check.h"
#include "client/shell_session.h"

namespace tally {

namespace {

constexpr int kHistoryLines = 1000;

std::string common_beginning(const std::vector<std::string>& texts) {
  std::string common = texts.front();
  for (const std::string& text : texts) {
    const auto [end, unused] = std::mismatch(common.begin(), common.end(), text.begin(), text.end());
    common.erase(end, common.end());
  }
  return common;
}

}  // namespace

// libedit calls back with an EditLine; its client data is this.
class LineEditor::Impl {
 public:
  Impl(std::string prompt, std::string file, Complete complete)
      : prompt_(std::move(prompt)), file_(std::move(file)), complete_(std::move(complete)) {
    std::setlocale(LC_CTYPE, "");
    editor_ = el_init("tally", stdin, stdout, stderr);
    history_ = history_init();
    TALLY_CHECK(editor_ != nullptr && history_ != nullptr);
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &Impl::show_prompt);
    el_set(editor_, EL_SIGNAL, 1);  // gives the terminal back before a signal ends us
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, &history, history_);
    el_set(editor_, EL_ADDFN, "tally-complete", "completes the word", &Impl::complete);
    el_set(editor_, EL_ADDFN, "tally-drop", "drops the line", &Impl::drop);
    el_set(editor_, EL_BIND, "^I", "tally-complete", nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_set(editor_, EL_BIND, "^C", "tally-drop", nullptr);
    el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);  // while editing, Ctrl-C is a key
    el_source(editor_, nullptr);                        // the user's own ~/.editrc
    HistEvent event{};
    history(history_, &event, H_SETSIZE, kHistoryLines);
    history(history_, &event, H_SETUNIQUE, 1);
    if (!file_.empty()) history(history_, &event, H_LOAD, file_.c_str());
  }

  ~Impl() {
    history_end(history_);
    el_end(editor_);
  }

  std::optional<std::string> read_line() {
    int bytes = 0;
    const char* const text = el_gets(editor_, &bytes);
    if (text == nullptr || bytes <= 0) return std::nullopt;
    std::string line(text, static_cast<std::size_t>(bytes));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (!line.empty()) remember(line);
    return line;
  }

 private:
  static Impl& of(EditLine* editor) {
    Impl* impl = nullptr;
    el_get(editor, EL_CLIENTDATA, &impl);
    return *impl;
  }

  static const char* show_prompt(EditLine* editor) { return of(editor).prompt_.c_str(); }

  static unsigned char drop(EditLine* editor, int) {
    std::fputs("^C\n", stdout);
    const LineInfo* const line = el_line(editor);
    el_cursor(editor, static_cast<int>(line->lastchar - line->cursor));
    el_deletestr(editor, static_cast<int>(line->lastchar - line->buffer));
    return CC_REDISPLAY;
  }

  static unsigned char complete(EditLine* editor, int) {
    const LineInfo* const line = el_line(editor);
    const std::string_view before_cursor(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer));
    const std::string word(word_at_cursor(before_cursor));
    const auto candidates = of(editor).complete_(before_cursor);
    if (candidates.empty()) return CC_REFRESH_BEEP;
    std::string more = common_beginning(candidates).substr(word.size());
    if (candidates.size() == 1) more += ' ';
    if (!more.empty()) return el_insertstr(editor, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    std::fputc('\n', stdout);
    for (const std::string& candidate : candidates) std::fprintf(stdout, "%s\n", candidate.c_str());
    return CC_REDISPLAY;
  }

  // At once, so that nothing is lost when the shell is killed.
  void remember(const std::string& line) {
    HistEvent event{};
    history(history_, &event, H_ENTER, line.c_str());
    if (!file_.empty()) history(history_, &event, H_SAVE, file_.c_str());
  }

  std::string prompt_;
  std::string file_;
  Complete complete_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
};

LineEditor::LineEditor(std::string prompt, std::string history_file, Complete complete)
    : impl_(std::make_unique<Impl>(std::move(prompt), std::move(history_file), std::move(complete))) {}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read_line() { return impl_->read_line(); }

std::string history_file() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  const char* const home = std::getenv("HOME");
  std::filesystem::path folder;
  if (state != nullptr && *state == '/') {
    folder = state;
  } else if (home != nullptr && *home == '/') {
    folder = std::filesystem::path(home) / ".local" / "state";
  } else {
    return "";
  }
  std::error_code failed;
  std::filesystem::create_directories(folder / "tally", failed);
  return failed ? "" : (folder / "tally" / "history").string();
}

}  // namespace tally
