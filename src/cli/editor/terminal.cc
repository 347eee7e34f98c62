#include "cli/editor/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace byeol::cli {

Terminal::Terminal(int descriptor) : descriptor_(descriptor), before_{} {
  tcgetattr(descriptor_, &before_);
  take();
}

Terminal::~Terminal() {
  restore();
}

void Terminal::take() {
  termios mode = before_;
  mode.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IXON | ISTRIP);
  mode.c_oflag |= OPOST | ONLCR;
  mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | IEXTEN);
  mode.c_cc[VSUSP] = _POSIX_VDISABLE;  // Ctrl-Z is a key: the screen is put in order before.
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  // Not flushed: what was typed ahead counts.
  tcsetattr(descriptor_, TCSADRAIN, &mode);
}

void Terminal::restore() {
  tcsetattr(descriptor_, TCSADRAIN, &before_);
}

Terminal::Size Terminal::size() const {
  winsize size{};
  if (ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {80, 24};
  return {size.ws_col, size.ws_row};
}

}  // namespace byeol::cli
