// A thread that no signal interrupts: they are for the program's own threads, which know what to do
// with them (cli/interrupts.h).
//
// Threads: any.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace byeol {

template <typename Body>
std::thread silent_thread(Body&& body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::forward<Body>(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace byeol
