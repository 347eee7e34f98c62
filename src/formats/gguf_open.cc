// Gguf::open and Gguf::parse: from one file to the whole model, which may be cut into parts named
// <prefix>-00001-of-00003.gguf with the keys split.no (from 0), split.count, split.tensors.count.
#include <charconv>
#include <optional>

#include "formats/gguf.h"
#include "formats/gguf_parser.h"
#include "formats/printable.h"

namespace byeol::formats {
namespace {

constexpr std::int64_t kPartsMax = 65535;  // split.count is a u16.

struct PartName {
  std::string prefix;   // With its folder, without "-00001-of-00003.gguf".
  std::int64_t number;  // From 1.
  std::int64_t count;
};

std::string five_digits(std::int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

std::string part_path(const std::string& prefix, std::int64_t number, std::int64_t count) {
  return prefix + "-" + five_digits(number) + "-of-" + five_digits(count) + ".gguf";
}

std::optional<PartName> parse_part_name(const std::string& path) {
  constexpr std::size_t kTailBytes = std::string_view("-00001-of-00003.gguf").size();
  if (path.size() < kTailBytes) return std::nullopt;
  const std::string prefix = path.substr(0, path.size() - kTailBytes);
  const char* tail = path.data() + prefix.size();
  std::int64_t number = 0;
  std::int64_t count = 0;
  std::from_chars(tail + 1, tail + 6, number);
  std::from_chars(tail + 10, tail + 15, count);
  if (part_path(prefix, number, count) != path) return std::nullopt;
  return PartName{prefix, number, count};
}

std::string part_text(std::int64_t number, std::int64_t count) {
  return "part " + std::to_string(number) + " of " + std::to_string(count);
}

Error corrupt(std::string message) {
  return {ErrorCode::kCorrupt, std::move(message)};
}

// 1 for a file that is whole.
Result<std::int64_t> read_part_count(const Gguf& gguf) {
  BYEOL_TRY(const std::int64_t count, gguf.read_int_or("split.count", 1));
  if (count < 0 || count > kPartsMax)
    return corrupt("split.count is " + std::to_string(count) + ", expected 0 to " +
                   std::to_string(kPartsMax));
  return count == 0 ? 1 : count;
}

// What a part says of itself against what its name says.
Status check_part(const Gguf& part, std::int64_t number, std::int64_t count) {
  BYEOL_TRY(const std::int64_t own_count, read_part_count(part));
  if (own_count != count)
    return corrupt("its name makes it " + part_text(number, count) + ", its split.count is " +
                   std::to_string(own_count));
  BYEOL_TRY(const std::int64_t own_index, part.read_int("split.no"));
  if (own_index != number - 1)
    return corrupt("its name makes it " + part_text(number, count) + ", its split.no is " +
                   std::to_string(own_index) + ", expected " + std::to_string(number - 1));
  return ok();
}

// A key that both have must agree: parts of two models under one name.
Status check_same_model(const Gguf& first, const Gguf& part) {
  for (const char* key : {"general.architecture", "general.name"}) {
    if (!first.has(key) || !part.has(key)) continue;
    BYEOL_TRY(const std::string_view expected, first.read_string(key));
    BYEOL_TRY(const std::string_view actual, part.read_string(key));
    if (actual != expected)
      return corrupt("a part of another model: its " + std::string(key) + " is '" +
                     printable(actual) + "', the first part's is '" + printable(expected) + "'");
  }
  BYEOL_TRY(const std::int64_t expected, first.read_int_or("split.tensors.count", -1));
  BYEOL_TRY(const std::int64_t actual, part.read_int_or("split.tensors.count", expected));
  if (expected >= 0 && actual != expected)
    return corrupt("a part of another model: its split.tensors.count is " + std::to_string(actual) +
                   ", the first part's is " + std::to_string(expected));
  return ok();
}

Status check_tensor_count(const Gguf& whole, std::int64_t count) {
  const auto actual = static_cast<std::int64_t>(whole.tensors().size());
  BYEOL_TRY(const std::int64_t expected, whole.read_int_or("split.tensors.count", actual));
  if (actual != expected)
    return corrupt("its " + std::to_string(count) + " parts hold " + std::to_string(actual) +
                   " tensors, split.tensors.count is " + std::to_string(expected));
  return ok();
}

}  // namespace

class GgufOpener {
 public:
  static Result<Gguf> open(const std::string& path) {
    BYEOL_TRY(Gguf given, open_part(path));
    auto whole = complete(std::move(given), path);
    if (!whole) return std::move(whole.error()).within(path);
    return whole;
  }

 private:
  static Result<Gguf> open_part(const std::string& path) {
    BYEOL_TRY(MappedFile file, MappedFile::open(path));
    auto gguf = GgufParser::parse(file.bytes());
    if (!gguf) return std::move(gguf.error()).within(path);
    gguf->files_.push_back(std::move(file));
    return gguf;
  }

  static Result<Gguf> complete(Gguf given, const std::string& path) {
    BYEOL_TRY(const std::int64_t count, read_part_count(given));
    if (count == 1) return given;
    const std::optional<PartName> name = parse_part_name(path);
    if (!name)
      return corrupt("one of " + std::to_string(count) + " parts, expected a name that ends in " +
                     part_path("", 1, count) + " or so, to find the others");
    BYEOL_TRY_OK(check_part(given, name->number, name->count));

    std::vector<Gguf> parts;
    for (std::int64_t number = 1; number <= count; ++number) {
      if (number == name->number) {
        parts.push_back(std::move(given));
      } else {
        const std::string sibling = part_path(name->prefix, number, count);
        BYEOL_TRY(Gguf part, open_part(sibling));
        auto checked = check_part(part, number, count);
        if (!checked) return std::move(checked.error()).within(sibling);
        parts.push_back(std::move(part));
      }
      auto same = check_same_model(parts.front(), parts.back());
      if (!same) return std::move(same.error()).within(part_path(name->prefix, number, count));
    }
    Gguf whole = std::move(parts.front());
    parts.erase(parts.begin());
    BYEOL_TRY_OK(whole.append_parts(std::move(parts)));
    BYEOL_TRY_OK(check_tensor_count(whole, count));
    return whole;
  }
};

Result<Gguf> Gguf::open(const std::string& path) {
  return GgufOpener::open(path);
}

Result<Gguf> Gguf::parse(std::span<const std::byte> file) {
  BYEOL_TRY(Gguf gguf, GgufParser::parse(file));
  BYEOL_TRY(const std::int64_t count, read_part_count(gguf));
  if (count != 1)
    return Error{ErrorCode::kUnsupported,
                 "one of " + std::to_string(count) + " parts, expected a whole file in memory"};
  return gguf;
}

}  // namespace byeol::formats
