// A file that version 1 of the schema made is taken over as it is.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/response_store.h"
#include "store/sqlite.h"
#include "store/temporary_file.h"

namespace byeol::store {
namespace {

// As version 1 made them: not to be changed.
constexpr const char* kVersion1 = R"(
  CREATE TABLE response (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at_s INTEGER NOT NULL,
    used INTEGER NOT NULL,
    previous TEXT NOT NULL,
    json TEXT NOT NULL
  );
  CREATE INDEX response_used ON response (used);
  CREATE INDEX response_created ON response (created_at_s);
  CREATE TABLE item (
    number INTEGER PRIMARY KEY,
    response INTEGER NOT NULL REFERENCES response (number) ON DELETE CASCADE,
    is_output INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (response, is_output, position)
  );
  CREATE INDEX item_id ON item (id);
  CREATE TABLE event (
    response INTEGER NOT NULL REFERENCES response (number) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (response, sequence)
  ) WITHOUT ROWID;
  PRAGMA application_id=1115247205;
  PRAGMA user_version=1;
  INSERT INTO response (id, created_at_s, used, previous, json) VALUES
    ('done', 100, 1, '', '{"status":"completed"}'),
    ('next', 101, 2, 'done', '{"status":"completed"}'),
    ('cut off', 102, 3, 'next', '{"status":"queued"}');
  INSERT INTO item (response, is_output, position, id, json) VALUES
    (1, 0, 0, 'in_1', '{"input":1}'), (1, 1, 0, 'out_1', '{"output":1}'),
    (2, 0, 0, 'in_2', '{"input":2}'), (3, 0, 0, 'in_3', '{"input":3}');
  INSERT INTO event (response, sequence, json) VALUES (1, 0, 'first'), (1, 1, 'last'),
    (2, 0, 'only');
)";

void make_version_1(const std::string& path) {
  const Status made = Database::open(path)->execute(kVersion1);
  ASSERT_TRUE(made) << made.error().message;
}

TEST(ResponseMigration, TakesAFileOfVersion1Over) {
  const TemporaryFile file("store_version_1");
  make_version_1(file.path());
  for (int time = 0; time < 2; ++time) {  // The second one finds a file of today.
    Result<ResponseStore> store = ResponseStore::open(file.path());
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ(*store->size(), 3);
    EXPECT_EQ(*store->get("done"), R"({"status":"completed"})");
    EXPECT_EQ(*store->events("done", -1), (std::vector<std::string>{"first", "last"}));
    EXPECT_EQ(store->chain("next")->size(), 3U);
    EXPECT_EQ(store->item("out_1")->json, R"({"output":1})");
    EXPECT_EQ(store->get("done", "somebody").error().code, ErrorCode::kNotFound)
        << "it was stored where there were no keys";
  }
  EXPECT_EQ(*Database::open(file.path())->number("PRAGMA user_version"), 2);
}

TEST(ResponseMigration, KnowsWhatVersion1DidNotFinish) {
  const TemporaryFile file("store_unfinished_1");
  make_version_1(file.path());
  Result<ResponseStore> store = ResponseStore::open(file.path());
  ASSERT_TRUE(store) << store.error().message;
  const auto unfinished = store->unfinished();
  ASSERT_EQ(unfinished->size(), 1U);
  EXPECT_EQ(unfinished->front().id, "cut off");
  EXPECT_EQ(unfinished->front().json, R"({"status":"queued"})");
}

TEST(ResponseMigration, ADamagedFileOfVersion1StaysAsItIs) {
  const TemporaryFile file("store_damaged_1");
  make_version_1(file.path());
  ASSERT_TRUE(Database::open(file.path())->execute("DROP TABLE event"));
  EXPECT_FALSE(ResponseStore::open(file.path()));
  Database database = *Database::open(file.path());
  EXPECT_EQ(*database.number("PRAGMA user_version"), 1);
  EXPECT_EQ(*database.number("SELECT count(*) FROM pragma_table_info('response')"), 6)
      << "no half of the change is left";
}

}  // namespace
}  // namespace byeol::store
