#include "store/sqlite.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

namespace byeol::store {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {  // The rest refines it.
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kOverloaded;
    case SQLITE_TOOBIG:
      return ErrorCode::kInvalidArgument;
    default:
      return ErrorCode::kIo;
  }
}

std::string place(const std::string& path) {
  return "database " + path + ": ";
}

Error error_of(sqlite3* connection, int code) {
  const char* file = sqlite3_db_filename(connection, "main");
  const bool named = file != nullptr && *file != '\0';
  // The connection's own message says more, where it is about this failure.
  const bool same = (sqlite3_errcode(connection) & 0xff) == (code & 0xff);
  return {code_of(code), place(named ? file : ":memory:") +
                             (same ? sqlite3_errmsg(connection) : sqlite3_errstr(code))};
}

Status check(sqlite3* connection, int code) {
  if (code == SQLITE_OK) return ok();
  return error_of(connection, code);
}

// SQLite would let everybody read a new file, and it gives the journals beside it the same rights.
Status make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Error{ErrorCode::kIo, place(path) + "open: " + std::strerror(errno)};
  ::close(descriptor);
  return ok();
}

// The file is untrusted: nothing in its schema may call functions with effects, and pages are
// checked for sense when they are read.
constexpr const char* kSettings =
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;";

}  // namespace

void Statement::note(int code) {
  if (bind_failure_ == SQLITE_OK) bind_failure_ = code;
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  note(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  // A view without data would bind null instead of an empty text.
  note(sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(),
                           text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  note(sqlite3_bind_null(statement_.get(), parameter));
  return *this;
}

Result<bool> Statement::step() {
  sqlite3* connection = sqlite3_db_handle(statement_.get());
  const int bound = std::exchange(bind_failure_, SQLITE_OK);
  const int code = bound != SQLITE_OK ? bound : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = error_of(connection, code);
  reset();
  return error;
}

Status Statement::run() {
  BYEOL_TRY(const bool row, step());
  if (row) reset();
  return ok();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bind_failure_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size_bytes = sqlite3_column_bytes(statement_.get(), column);
  return bytes ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size_bytes))
               : std::string();
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<Database> Database::open(const std::string& path) {
  if (path.empty())
    return Error{ErrorCode::kInvalidArgument, "database: its path is empty, expected a file"};
  if (path != ":memory:") BYEOL_TRY_OK(make_private_file(path));
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &connection,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  if (connection == nullptr)
    return Error{ErrorCode::kIo, place(path) + "open: no memory for a connection"};
  Database database(connection);
  BYEOL_TRY_OK(check(connection, code));
  sqlite3_busy_timeout(connection, kBusyWait_ms);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  BYEOL_TRY_OK(database.execute(kSettings));
  return database;
}

Status Database::execute(const char* statements) {
  return check(connection_.get(),
               sqlite3_exec(connection_.get(), statements, nullptr, nullptr, nullptr));
}

Result<Statement> Database::prepare(std::string_view statement) {
  BYEOL_CHECK(statement.size() < std::numeric_limits<int>::max());
  sqlite3_stmt* prepared = nullptr;
  BYEOL_TRY_OK(check(connection_.get(),
                     sqlite3_prepare_v2(connection_.get(), statement.data(),
                                        static_cast<int>(statement.size()), &prepared, nullptr)));
  BYEOL_CHECK(prepared != nullptr);
  return Statement(prepared);
}

std::int64_t Database::changed_rows() const {
  return sqlite3_changes64(connection_.get());
}

Result<std::int64_t> Database::number(std::string_view query) {
  BYEOL_TRY(Statement statement, prepare(query));
  BYEOL_TRY(const bool row, statement.step());
  return row ? statement.integer(0) : 0;
}

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
  BYEOL_TRY_OK(database.execute(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(database);
}

Status Transaction::commit() {
  BYEOL_TRY_OK(database_->execute("COMMIT"));
  database_ = nullptr;
  return ok();
}

Transaction::~Transaction() {
  // Some failures have undone it already; then there is nothing to roll back.
  if (database_ && sqlite3_get_autocommit(database_->connection_.get()) == 0)
    sqlite3_exec(database_->connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace byeol::store
