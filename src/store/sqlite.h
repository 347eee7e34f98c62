// SQLite (sqlite.org, C API) as values: a database, a prepared statement, a transaction.
//
// A commit is on the disk when commit() returns: files are in WAL mode with synchronous=FULL.
// A new file can be read by its owner only.
//
// Errors are sentences that begin with "database PATH:". kCorrupt: not a database, or a damaged
// one. kOverloaded: another process held it for longer than kBusyWait_ms. kInvalidArgument: too
// large for a row. kIo: anything else that SQLite or the disk refuses.
//
// Threads: a database and all that belongs to it are used by one thread at a time. Calls wait for
// the disk. Lifetime: the database outlives its statements and transactions.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::store {

inline constexpr int kBusyWait_ms = 5000;

// A statement that is compiled once and run often. Parameters are numbered from 1, columns from 0.
class Statement {
 public:
  // Text is copied. A parameter that cannot be bound makes the next step() fail.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_null(int parameter);

  Result<bool> step();  // Whether there is a row. After the last one: ready to be run anew.
  Status run();         // For what gives no rows.
  void reset();         // Ends a run before its last row; parameters are null again.

  // Of the row that step() went to.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void note(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failure_ = SQLITE_OK;
};

class Database {
 public:
  // Makes the file where there is none. ":memory:" is a database of this process only.
  static Result<Database> open(const std::string& path);

  Status execute(const char* statements);
  Result<Statement> prepare(std::string_view statement);
  std::int64_t changed_rows() const;                    // By the last insert, update or delete.
  Result<std::int64_t> number(std::string_view query);  // First column of its first row.

 private:
  friend class Transaction;
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<sqlite3, Close> connection_;
};

// Everything between begin() and commit() happens, or nothing of it: without a commit it is undone.
class Transaction {
 public:
  enum class Kind {
    kRead,   // One state of the data throughout.
    kWrite,  // The only writer from the beginning on.
  };
  static Result<Transaction> begin(Database& database, Kind kind);
  Status commit();

  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(Database& database) : database_(&database) {}

  Database* database_;
};

}  // namespace byeol::store
