// A response that put() acknowledged is there after a SIGKILL, whole; one that it did not is there
// whole or not at all.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

#include "store/response_store.h"
#include "store/sqlite.h"
#include "store/temporary_file.h"

namespace byeol::store {
namespace {

constexpr int kRounds = 30;
constexpr int kEvents = 20;

std::string id_of(int number) {
  return "resp_" + std::to_string(number);
}

StoredResponse response_of(int number) {
  StoredResponse response{.id = id_of(number),
                          .created_at_s = number,
                          .previous_id = number == 0 ? "" : id_of(number - 1),
                          .json = std::string(static_cast<std::size_t>(500 + number), 'j'),
                          .input = {{"in_" + std::to_string(number), "{}"}},
                          .output = {{"out_" + std::to_string(number), "{}"}},
                          .events = std::vector<std::string>(kEvents, std::string(400, 'e'))};
  return response;
}

// Stores one response after the other and writes a byte for each that was acknowledged.
[[noreturn]] void store_until_killed(const std::string& path, int first, int pipe) {
  Result<ResponseStore> store = ResponseStore::open(path);
  for (int number = first; store && store->put(response_of(number)); ++number)
    if (::write(pipe, "+", 1) != 1) break;
  ::_exit(1);
}

// The number of responses acknowledged by a child that is killed after about `acknowledgements`.
int run_and_kill(const std::string& path, int first, int acknowledgements) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) store_until_killed(path, first, ends[1]);
  ::close(ends[1]);
  int acknowledged = 0;
  char byte = 0;
  while (acknowledged < acknowledgements && ::read(ends[0], &byte, 1) == 1) ++acknowledged;
  EXPECT_EQ(acknowledged, acknowledgements) << "the child could not store";
  ::kill(child, SIGKILL);
  while (::read(ends[0], &byte, 1) == 1) ++acknowledged;  // What it had said before.
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  return acknowledged;
}

TEST(ResponseStoreKill, WhatWasAcknowledgedIsThere) {
  const TemporaryFile file("store_kill");
  int stored = 0;
  for (int round = 0; round < kRounds; ++round) {
    stored += run_and_kill(file.path(), stored, 1 + round % 7);
    Result<ResponseStore> store = ResponseStore::open(file.path());
    ASSERT_TRUE(store) << store.error().message;
    const std::int64_t found = *store->size();
    ASSERT_GE(found, stored);
    ASSERT_LE(found, stored + 1) << "at most the one that was under way";
    stored = static_cast<int>(found);
    for (int number = 0; number < stored; ++number) {
      ASSERT_EQ(*store->get(id_of(number)), response_of(number).json);
      ASSERT_EQ(store->events(id_of(number), -1)->size(), std::size_t{kEvents});
    }
    ASSERT_EQ(store->chain(id_of(stored - 1))->size(), static_cast<std::size_t>(2 * stored));
  }
  Database database = *Database::open(file.path());
  Statement check = *database.prepare("PRAGMA integrity_check");
  ASSERT_TRUE(*check.step());
  EXPECT_EQ(check.text(0), "ok");
}

}  // namespace
}  // namespace byeol::store
