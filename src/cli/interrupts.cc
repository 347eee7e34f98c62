#include "cli/interrupts.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <initializer_list>

namespace byeol::cli {
namespace {

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGWINCH, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

Interrupts::~Interrupts() {
  const sigset_t set = awaited_signals();
  close(descriptor_);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

Interrupts::Taken Interrupts::take() {
  Taken taken;
  signalfd_siginfo info;
  while (read(descriptor_, &info, sizeof info) == sizeof info) {
    switch (info.ssi_signo) {
      case SIGINT:
        taken.interrupt = true;
        break;
      case SIGWINCH:
        taken.resize = true;
        break;
      default:
        taken.end = true;
    }
  }
  return taken;
}

}  // namespace byeol::cli
