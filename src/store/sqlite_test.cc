#include "store/sqlite.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <string_view>

#include "store/temporary_file.h"

namespace byeol::store {
namespace {

Database open_database(const std::string& path = ":memory:") {
  Result<Database> database = Database::open(path);
  EXPECT_TRUE(database) << database.error().message;
  EXPECT_TRUE(database->execute("CREATE TABLE t (number INTEGER, text TEXT UNIQUE)"));
  return *std::move(database);
}

TEST(Sqlite, BindsAndReadsValues) {
  Database database = open_database();
  Statement insert = *database.prepare("INSERT INTO t VALUES (?, ?)");
  const std::string_view text("a\0b \xED\x95\x9C", 7);
  ASSERT_TRUE(insert.bind(1, INT64_MIN).bind(2, text).run());
  ASSERT_TRUE(insert.bind_null(1).bind(2, std::string_view()).run());
  EXPECT_EQ(database.changed_rows(), 1);
  ASSERT_TRUE(insert.bind(1, 7).run());  // A parameter of the run before is null again.

  Statement query = *database.prepare("SELECT number, text FROM t ORDER BY rowid");
  ASSERT_TRUE(*query.step());
  EXPECT_EQ(query.integer(0), INT64_MIN);
  EXPECT_EQ(query.text(1), text);
  ASSERT_TRUE(*query.step());
  EXPECT_TRUE(query.is_null(0));
  EXPECT_FALSE(query.is_null(1));
  EXPECT_EQ(query.text(1), "");
  ASSERT_TRUE(*query.step());
  EXPECT_TRUE(query.is_null(1));
  EXPECT_FALSE(*query.step());
  EXPECT_TRUE(*query.step()) << "it begins anew";
  EXPECT_EQ(*database.number("SELECT count(*) FROM t"), 3);
  EXPECT_EQ(*database.number("SELECT number FROM t WHERE number = 5"), 0);
}

TEST(Sqlite, FailuresAreSentences) {
  Database database = open_database();
  EXPECT_EQ(database.execute("SELEC 1").error().message,
            "database :memory:: near \"SELEC\": syntax error");
  EXPECT_EQ(database.prepare("SELECT x FROM t").error().message,
            "database :memory:: no such column: x");
  Statement insert = *database.prepare("INSERT INTO t VALUES (1, ?)");
  EXPECT_FALSE(insert.bind(2, "x").run()) << "there is no second parameter";
  ASSERT_TRUE(insert.bind(1, "x").run());
  EXPECT_EQ(insert.bind(1, "x").run().error().message,
            "database :memory:: UNIQUE constraint failed: t.text");
  EXPECT_TRUE(insert.bind(1, "y").run()) << "a failure leaves the statement usable";
}

TEST(Sqlite, ATransactionIsAllOrNothing) {
  Database database = open_database();
  {
    Transaction transaction = *Transaction::begin(database, Transaction::Kind::kWrite);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'lost')"));
  }
  EXPECT_EQ(*database.number("SELECT count(*) FROM t"), 0);
  Transaction transaction = *Transaction::begin(database, Transaction::Kind::kWrite);
  ASSERT_TRUE(database.execute("INSERT INTO t VALUES (1, 'kept')"));
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(*database.number("SELECT count(*) FROM t"), 1);
}

TEST(Sqlite, AFileIsDurableAndPrivate) {
  const TemporaryFile file("sqlite_settings");
  Database database = open_database(file.path());
  Statement mode = *database.prepare("PRAGMA journal_mode");
  ASSERT_TRUE(*mode.step());
  EXPECT_EQ(mode.text(0), "wal");
  EXPECT_EQ(*database.number("PRAGMA synchronous"), 2) << "2 is FULL";
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status{};
    ASSERT_EQ(::stat((file.path() + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
  }
}

TEST(Sqlite, WhatCannotBeOpenedIsAnError) {
  EXPECT_EQ(Database::open("").error().code, ErrorCode::kInvalidArgument);
  const Result<Database> absent = Database::open("no/such/folder/file.db");
  EXPECT_EQ(absent.error().code, ErrorCode::kIo);
  EXPECT_EQ(absent.error().message,
            "database no/such/folder/file.db: open: No such file or directory");
  EXPECT_EQ(Database::open("/").error().code, ErrorCode::kIo);

  const TemporaryFile file("sqlite_foreign");
  std::ofstream(file.path()) << std::string(5000, 'x');
  const Result<Database> foreign = Database::open(file.path());
  EXPECT_EQ(foreign.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(foreign.error().message, "database " + file.path() + ": file is not a database");
}

}  // namespace
}  // namespace byeol::store
