// Calls that a model writes as JSON, read while they come.
//
//   {"name": "f", "arguments": {…}}      JsonCallReader
//   {…}                                  ArgumentsReader, where the name stood elsewhere
//
// Arguments go out as the model wrote them, piece by piece, as soon as the name is known and
// their object has begun. Readers take text from the front of a buffer, and touch nothing of it
// before they are certain that it is a call: what is none can be given as content.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wire/piece_writer.h"

namespace byeol::wire {

// Follows the quotes of JSON.
class JsonStrings {
 public:
  void read(char letter) {
    if (letter == '"' && !escaped_) inside_ = !inside_;
    escaped_ = inside_ && !escaped_ && letter == '\\';
  }
  bool inside() const { return inside_; }

 private:
  bool inside_ = false;
  bool escaped_ = false;
};

// Follows brackets and strings; says where the first value that is in brackets ends.
class JsonScanner {
 public:
  explicit JsonScanner(int depth = 0) : depth_(depth) {}

  // Bytes of `text`, which goes on where the last one ended, up to and with the closing bracket;
  // npos: it is not there yet.
  std::size_t scan(std::string_view text);

 private:
  int depth_;
  JsonStrings strings_;
};

enum class CallProgress {
  kNeedsMore,
  kDone,    // The call was given, to its end; the buffer goes on behind it.
  kNoCall,  // The buffer is as it was.
};

class ArgumentsReader {
 public:
  // The buffer begins with '{'. The call was begun by the caller; this ends it.
  CallProgress read(std::string& buffer, bool at_end, PieceWriter& writer);

 private:
  JsonScanner scanner_;
};

class JsonCallReader {
 public:
  // `known`: a call to any other function is none; nullptr: all are.
  explicit JsonCallReader(const std::vector<std::string>* known = nullptr) : known_(known) {}

  // The buffer begins with white space, then '{'.
  CallProgress read(std::string& buffer, bool at_end, PieceWriter& writer);

 private:
  enum class State { kHeader, kArguments, kRest, kWhole };

  CallProgress read_header(std::string& buffer, PieceWriter& writer);
  CallProgress read_rest(std::string& buffer, bool at_end);
  CallProgress read_whole(std::string& buffer, PieceWriter& writer);
  bool is_known(std::string_view name) const;

  const std::vector<std::string>* known_;
  State state_ = State::kHeader;
  ArgumentsReader arguments_;
  JsonScanner rest_{1};  // From the arguments' end to the call's.
  JsonScanner whole_;    // A call whose keys stand in another order is read when it is complete.
  std::size_t scanned_ = 0;  // Of the buffer, by whole_.
  bool in_rest_ = false;     // Something of the rest was there.
};

// A whole call in JSON: {"name": …, "arguments" or "parameters": {…}}; given at once. Whether it
// was one.
bool give_json_call(std::string_view text, const std::vector<std::string>* known,
                    PieceWriter& writer);

}  // namespace byeol::wire
