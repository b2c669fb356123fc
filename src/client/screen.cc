#include "client/screen.h"

#include <string>

#include <unistd.h>

namespace tally {

namespace {

// Of the standard terminals' control sequences (ECMA-48, and xterm's alternate screen).
constexpr std::string_view kAlternateScreen = "\033[?1049h\033[?25l";  // and no cursor
constexpr std::string_view kUsualScreen = "\033[?25h\033[?1049l";
constexpr std::string_view kHome = "\033[H";
constexpr std::string_view kClearLine = "\033[K";
constexpr std::string_view kClearBelow = "\033[J";

void put(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(STDOUT_FILENO, text.data(), text.size());
    if (size <= 0) return;  // the terminal is gone, and with it whoever looked
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

void Screen::enter() {
  if (entered_ || tcgetattr(STDIN_FILENO, &before_) != 0) return;
  entered_ = true;
  termios keys = before_;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &keys);
  put(kAlternateScreen);
}

void Screen::leave() {
  if (!entered_) return;
  entered_ = false;
  put(kUsualScreen);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

void Screen::draw(std::string_view lines) {
  std::string text(kHome);
  for (const char c : lines) {
    if (c == '\n') text.append(kClearLine).push_back('\r');
    text.push_back(c);
  }
  put(text.append(kClearBelow));
}

}  // namespace tally
