#include "wire/json_call.h"

#include <algorithm>

#include "wire/json_call_header.h"
#include "wire/json_fields.h"

namespace byeol::wire {
namespace {

std::size_t value_begin(std::string_view text) {
  return std::min(text.find_first_not_of(kWhiteSpace), text.size());
}

bool is_known_to(const std::vector<std::string>* known, std::string_view name) {
  return known == nullptr || std::find(known->begin(), known->end(), name) != known->end();
}

// The arguments of a call; nothing where they are none.
std::optional<std::string> arguments_of(const Json& call) {
  for (const char* key : {"arguments", "parameters"}) {
    const auto found = call.find(key);
    if (found == call.end()) continue;
    if (found->is_object()) return found->dump(-1, ' ', false, Json::error_handler_t::replace);
    // Some write the object as a string that holds JSON, as OpenAI's API does.
    if (found->is_string()) {
      const auto& text = found->get_ref<const std::string&>();
      if (const auto parsed = parse_json(text); parsed && parsed->is_object()) return text;
    }
    return std::nullopt;
  }
  return "{}";
}

}  // namespace

std::size_t JsonScanner::scan(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = text[at];
    strings_.read(letter);
    if (strings_.inside()) continue;
    if (letter == '{' || letter == '[') {
      ++depth_;
    } else if ((letter == '}' || letter == ']') && --depth_ <= 0) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

CallProgress ArgumentsReader::read(std::string& buffer, bool at_end, PieceWriter& writer) {
  const std::size_t end = scanner_.scan(buffer);
  const std::size_t size = std::min(end, buffer.size());
  writer.call_arguments(std::string_view(buffer).substr(0, size));
  buffer.erase(0, size);
  if (end == std::string_view::npos && !at_end) return CallProgress::kNeedsMore;
  writer.call_end();
  return CallProgress::kDone;
}

bool give_json_call(std::string_view text, const std::vector<std::string>* known,
                    PieceWriter& writer) {
  const ApiResult<Json> call = parse_json(text);
  if (!call || !call->is_object()) return false;
  const auto name = call->find("name");
  if (name == call->end() || !name->is_string()) return false;
  const auto& function = name->get_ref<const std::string&>();
  if (function.empty() || !is_known_to(known, function)) return false;
  const std::optional<std::string> arguments = arguments_of(*call);
  if (!arguments) return false;
  writer.call_begin(function);
  writer.call_arguments(*arguments);
  writer.call_end();
  return true;
}

bool JsonCallReader::is_known(std::string_view name) const {
  return !name.empty() && is_known_to(known_, name);
}

CallProgress JsonCallReader::read_header(std::string& buffer, PieceWriter& writer) {
  const CallHeader header = parse_call_header(buffer);
  switch (header.verdict) {
    case HeaderVerdict::kMore:
      return CallProgress::kNeedsMore;
    case HeaderVerdict::kBroken:
      return CallProgress::kNoCall;
    case HeaderVerdict::kOther:
      state_ = State::kWhole;
      return read_whole(buffer, writer);
    case HeaderVerdict::kCall:
      break;
  }
  if (!is_known(header.name)) return CallProgress::kNoCall;
  buffer.erase(0, header.arguments_at);
  writer.call_begin(header.name);
  state_ = State::kArguments;
  return CallProgress::kDone;
}

CallProgress JsonCallReader::read_rest(std::string& buffer, bool at_end) {
  const std::size_t begin = value_begin(buffer);
  if (begin == buffer.size() && !at_end) return CallProgress::kNeedsMore;
  // Models forget the last bracket.
  if (!in_rest_ && begin < buffer.size() && buffer[begin] != ',' && buffer[begin] != '}')
    return CallProgress::kDone;
  const std::size_t end = rest_.scan(buffer);
  in_rest_ = true;
  buffer.erase(0, std::min(end, buffer.size()));
  return end == std::string::npos && !at_end ? CallProgress::kNeedsMore : CallProgress::kDone;
}

CallProgress JsonCallReader::read_whole(std::string& buffer, PieceWriter& writer) {
  const std::size_t end = whole_.scan(std::string_view(buffer).substr(scanned_));
  if (end == std::string_view::npos) {
    scanned_ = buffer.size();
    return CallProgress::kNeedsMore;
  }
  if (!give_json_call(std::string_view(buffer).substr(0, scanned_ + end), known_, writer))
    return CallProgress::kNoCall;
  buffer.erase(0, scanned_ + end);
  return CallProgress::kDone;
}

CallProgress JsonCallReader::read(std::string& buffer, bool at_end, PieceWriter& writer) {
  CallProgress progress = CallProgress::kDone;
  if (state_ == State::kHeader)
    progress = read_header(buffer, writer);
  else if (state_ == State::kWhole)
    progress = read_whole(buffer, writer);
  if (state_ == State::kHeader || state_ == State::kWhole) {
    if (progress == CallProgress::kNeedsMore && at_end) return CallProgress::kNoCall;
    return progress;
  }
  if (progress != CallProgress::kDone) return progress;
  if (state_ == State::kArguments) {
    progress = arguments_.read(buffer, at_end, writer);
    if (progress != CallProgress::kDone) return progress;
    state_ = State::kRest;
  }
  return read_rest(buffer, at_end);
}

}  // namespace byeol::wire
