#include <algorithm>
#include <array>

#include "program/completion.h"

namespace tally {

namespace {

// Bash completes what stands behind the last ':' or '=' of a word, as its COMP_WORDBREAKS says: what stands
// before that is taken off each candidate.
constexpr std::string_view kBash = R"script(# Completion of tally for bash: source <(tally completion bash)
# For good: tally completion bash >~/.local/share/bash-completion/completions/tally
_tally() {
  local kind typed candidate help quoted breaks= before=
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+==
  COMPREPLY=()
  {
    IFS=$'\t' read -r kind typed || return
    case $kind in
      files) compopt -o default; return ;;
      folders) compopt -o dirnames; return ;;
    esac
    [[ -n $breaks ]] && before=${typed%"${typed##*[$breaks]}"}
    while IFS=$'\t' read -r candidate help; do
      printf -v quoted %q "$candidate"
      COMPREPLY+=("${quoted#"$before"}")
    done
  } < <("${COMP_WORDS[0]}" completion at "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  [[ ${COMPREPLY[0]-} == *: ]] && compopt -o nospace
  return 0
}
complete -F _tally tally
)script";

constexpr std::string_view kZsh = R"script(#compdef tally
# Completion of tally for zsh: source <(tally completion zsh)
# For good: tally completion zsh >"${fpath[1]}/_tally"
_tally() {
  local kind typed candidate help
  local -a names shown
  {
    IFS=$'\t' read -r kind typed || return 1
    while IFS=$'\t' read -r candidate help; do
      names+=("$candidate")
      shown+=("$candidate${help:+  -- $help}")
    done
  } < <(${words[1]} completion at "${(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null)
  case $kind in
    files) _files ;;
    folders) _files -/ ;;
    *) compadd -l -d shown -a names ;;
  esac
}
if [[ $funcstack[1] == _tally ]]; then _tally "$@"; else compdef _tally tally; fi
)script";

constexpr std::string_view kFish = R"script(# Completion of tally for fish: tally completion fish | source
# For good: tally completion fish >~/.config/fish/completions/tally.fish
function __tally_candidates
    set -l lines (tally completion at (commandline -cp | string collect) 2>/dev/null)
    set -l kind (string split -m 1 \t -- "$lines[1]")[1]
    switch "$kind"
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
        case words
            test (count $lines) -gt 1; and printf '%s\n' $lines[2..-1]
    end
end
complete -c tally -f -a '(__tally_candidates)'
)script";

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kScripts{
    {{"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}}};

}  // namespace

std::optional<std::string_view> completion_script(std::string_view shell) {
  for (const auto& [name, script] : kScripts) {
    if (name == shell) return script;
  }
  return std::nullopt;
}

}  // namespace tally
