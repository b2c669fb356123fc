// A whole terminal to draw on, which gets back what it showed before.
#pragma once

#include <string_view>

#include <termios.h>

namespace tally {

// The terminal of stdin and stdout. Keys are read as they are pressed and not shown; Ctrl-C stays a signal.
class Screen {
 public:
  Screen() { enter(); }
  ~Screen() { leave(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Draws from the top left, without a blank moment in between; what stood below or behind is gone.
  void draw(std::string_view lines);

  // Gives the terminal back for a while: before the process stops, and when it goes on.
  void enter();
  void leave();

 private:
  termios before_{};
  bool entered_ = false;
};

}  // namespace tally
