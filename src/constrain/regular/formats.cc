// The formats of JSON Schema as regular expressions, as PyPI's jsonschema 4.26 checks them with its
// extra `format`. They are the same languages but for what is said to be less; none is more. (Less,
// everywhere: a line feed at the end, which Python's `$` overlooks.)
#include <array>
#include <iterator>
#include <mutex>
#include <utility>

#include "constrain/regular/language.h"

namespace byeol::constrain {
namespace {

// Years 0001 to 9999, with the right number of days in each month.
constexpr const char* kDate =
    "(?!0000)(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))"
    "|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
// RFC 3339, without leap seconds.
constexpr const char* kTime =
    "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
// Less: isoduration also takes exponents, signs of parts, and a date and time behind the P.
constexpr const char* kDuration =
    "[+-]?P(?:(?=[\\d.,T])(?:{n}Y)?(?:{n}M)?(?:{n}D)?|{n}W)"
    "(?:T(?=[\\d.,])(?:{n}H)?(?:{n}M)?(?:{n}S)?)?";
constexpr const char* kDecimal = "(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)";
// Less: ASCII's digits alone. With its length as a look-ahead.
constexpr const char* kHostname = "(?=[^]{1,253}\\.?$)(?:{label}\\.)*{label}\\.?";
constexpr const char* kLabel = "[A-Za-z\\d](?:[A-Za-z\\d-]{0,61}[A-Za-z\\d])?";
// Less: no capital letters and nothing beyond ASCII.
constexpr const char* kIdnHostname = "(?=[^]{1,253}\\.?$)(?:{idn}\\.)*{idn}\\.?";
constexpr const char* kIdnLabel = "(?!..--)[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?";
constexpr const char* kIpv4 = "(?:{octet}\\.){3}{octet}";
constexpr const char* kOctet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
constexpr const char* kIpv6 =
    "(?:(?:{h}:){6}{l}|::(?:{h}:){5}{l}|(?:{h})?::(?:{h}:){4}{l}"
    "|(?:(?:{h}:){0,1}{h})?::(?:{h}:){3}{l}|(?:(?:{h}:){0,2}{h})?::(?:{h}:){2}{l}"
    "|(?:(?:{h}:){0,3}{h})?::{h}:{l}|(?:(?:{h}:){0,4}{h})?::{l}"
    "|(?:(?:{h}:){0,5}{h})?::{h}|(?:(?:{h}:){0,6}{h})?::)";
constexpr const char* kHextet = "[\\dA-Fa-f]{1,4}";
constexpr const char* kLast32 = "(?:{h}:{h}|{ipv4})";
// Less: Python's UUID also takes odd places for what is no digit.
constexpr const char* kUuid = "[\\dA-Fa-f]{8}(?:-[\\dA-Fa-f]{4}){3}-[\\dA-Fa-f]{12}";
// RFC 3986 and, with more letters, RFC 3987. Less: no leading zeros in an IPv4 address within [].
constexpr const char* kAbsolute =
    "[A-Za-z][A-Za-z\\d+.-]*:(?:\\/\\/{authority}(?:\\/{p}*)*|\\/(?:{p}+(?:\\/{p}*)*)?"
    "|{p}+(?:\\/{p}*)*|)(?:\\?(?:{q}|[/?])*)?(?:#(?:{p}|[/?])*)?";
constexpr const char* kRelative =
    "(?:\\/\\/{authority}(?:\\/{p}*)*|\\/(?:{p}+(?:\\/{p}*)*)?|(?:{u}|@)+(?:\\/{p}*)*|)"
    "(?:\\?(?:{q}|[/?])*)?(?:#(?:{p}|[/?])*)?";
constexpr const char* kAuthority =
    "(?:(?:{u}|:)*@)?(?:\\[(?:{ipv6}|v[\\dA-Fa-f]+\\.(?:[A-Za-z\\d_.~!$&'()*+,;=:-])+)\\]|{u}*)"
    "(?::\\d*)?";
constexpr const char* kUnreserved = "(?:[A-Za-z\\d_.~!$&'()*+,;={more}-]|%[\\dA-Fa-f]{2})";
constexpr const char* kMoreLetters =
    "\\xa0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\u{10000}-\\u{1fffd}\\u{20000}-\\u{2fffd}"
    "\\u{30000}-\\u{3fffd}\\u{40000}-\\u{4fffd}\\u{50000}-\\u{5fffd}\\u{60000}-\\u{6fffd}"
    "\\u{70000}-\\u{7fffd}\\u{80000}-\\u{8fffd}\\u{90000}-\\u{9fffd}\\u{a0000}-\\u{afffd}"
    "\\u{b0000}-\\u{bfffd}\\u{c0000}-\\u{cfffd}\\u{d0000}-\\u{dfffd}\\u{e1000}-\\u{efffd}";
constexpr const char* kPrivate = "[\\ue000-\\uf8ff\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}]";
constexpr const char* kPointer = "(?:\\/(?:[^~/]|~[01])*)*";
// Less: ASCII's digits alone. As jsonschema, no digit follows a 0.
constexpr const char* kRelativePointer = "(?:0|[1-9]+0?)(?:#|{pointer})";

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// With what is written {so} filled in; a name may be used in those that come before it.
std::string filled(std::string expression, bool more_letters) {
  const std::pair<const char*, std::string> parts[] = {
      {"{n}", kDecimal},
      {"{label}", kLabel},
      {"{idn}", kIdnLabel},
      {"{pointer}", kPointer},
      {"{authority}", kAuthority},
      {"{ipv6}", kIpv6},
      {"{l}", kLast32},
      {"{h}", kHextet},
      {"{ipv4}", kIpv4},
      {"{octet}", kOctet},
      {"{q}", more_letters ? std::string("(?:{p}|") + kPrivate + ")" : "{p}"},
      {"{p}", "(?:{u}|[:@])"},
      {"{u}", kUnreserved},
      {"{more}", more_letters ? kMoreLetters : ""},
  };
  for (const auto& [name, part] : parts) replace_all(expression, name, part);
  return expression;
}

struct Format {
  std::string_view name;
  const char* expression;
  const char* or_else = nullptr;
  const char* between = "";  // `expression`, this, `or_else` one after another, if it is not empty.
  bool more_letters = false;
};

constexpr Format kFormats[] = {
    {"date", kDate},
    {"time", kTime},
    {"date-time", kDate, kTime, "[Tt]"},
    {"duration", kDuration},
    {"email", "[^]*@[^]*"},  // No more than that.
    {"idn-email", "[^]*@[^]*"},
    {"hostname", kHostname},
    {"idn-hostname", kIdnHostname},
    {"ipv4", kIpv4},
    {"ipv6", kIpv6},
    {"uuid", kUuid},
    {"uri", kAbsolute},
    {"uri-reference", kAbsolute, kRelative},
    {"iri", kAbsolute, nullptr, "", true},
    {"iri-reference", kAbsolute, kRelative, "", true},
    {"json-pointer", kPointer},
    {"relative-json-pointer", kRelativePointer},
};

Result<Language> made(const Format& format) {
  std::string expression = format.expression;
  if (format.or_else != nullptr) {
    const std::string_view between = format.between;
    expression.append(between.empty() ? "|" : between).append(format.or_else);
  }
  Budget budget;
  return Language::of_regex(filled(std::move(expression), format.more_letters), budget);
}

}  // namespace

Result<Language> language_of_format(std::string_view format, Budget& budget) {
  // Made once each, at their first use.
  static std::array<std::once_flag, std::size(kFormats)> once;
  static std::vector<Language> languages(std::size(kFormats), Language::nothing());
  for (std::size_t i = 0; i < std::size(kFormats); ++i) {
    if (kFormats[i].name != format) continue;
    BYEOL_TRY_OK(budget.spend(1, "a format"));
    std::call_once(once[i], [i] { languages[i] = *made(kFormats[i]); });
    return languages[i];
  }
  return Error{ErrorCode::kNotFound, "no format is called " + std::string(format)};
}

}  // namespace byeol::constrain
