#include "model/template/time_format.h"

#include <algorithm>
#include <chrono>

namespace byeol::model::jinja {
namespace {

constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kWeekdays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday"};

// From the year 1 to the year 9999, as in Python's datetime.
constexpr std::int64_t kFirstSecond = -62'135'596'800;
constexpr std::int64_t kLastSecond = 253'402'300'799;

std::string padded(std::int64_t number, std::size_t width, char fill = '0') {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), fill);
  return digits;
}

class Moment {
 public:
  explicit Moment(std::int64_t unix_seconds)
      : seconds_(unix_seconds),
        days_(std::chrono::floor<std::chrono::days>(
            std::chrono::sys_seconds(std::chrono::seconds(unix_seconds)))),
        date_(days_),
        of_day_(unix_seconds - std::int64_t{86'400} * days_.time_since_epoch().count()) {}

  // One conversion; an empty string where it is not known (no known one is empty).
  std::string field(char letter) const {
    const std::int64_t year = static_cast<int>(date_.year());
    const std::int64_t hour = of_day_ / 3600;
    const auto weekday = std::chrono::weekday(days_).c_encoding();
    const std::string_view month = kMonths[static_cast<unsigned>(date_.month()) - 1];
    switch (letter) {
      case 'Y':
        return padded(year, 4);
      case 'y':
        return padded(year % 100, 2);
      case 'm':
        return padded(static_cast<unsigned>(date_.month()), 2);
      case 'd':
        return padded(static_cast<unsigned>(date_.day()), 2);
      case 'e':
        return padded(static_cast<unsigned>(date_.day()), 2, ' ');
      case 'j':
        return padded(day_of_year(), 3);
      case 'H':
        return padded(hour, 2);
      case 'I':
        return padded((hour + 11) % 12 + 1, 2);
      case 'M':
        return padded(of_day_ / 60 % 60, 2);
      case 'S':
        return padded(of_day_ % 60, 2);
      case 'p':
        return hour < 12 ? "AM" : "PM";
      case 'B':
        return std::string(month);
      case 'b':
      case 'h':
        return std::string(month.substr(0, 3));
      case 'A':
        return std::string(kWeekdays[weekday]);
      case 'a':
        return std::string(kWeekdays[weekday].substr(0, 3));
      case 'w':
        return std::to_string(weekday);
      case 'u':
        return std::to_string(weekday == 0 ? 7 : weekday);
      case 's':
        return std::to_string(seconds_);
      case 'Z':
        return "UTC";
      case 'z':
        return "+0000";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case '%':
        return "%";
      default:
        return {};
    }
  }

 private:
  std::int64_t day_of_year() const {
    const std::chrono::sys_days first(date_.year() / std::chrono::January / 1);
    return (days_ - first).count() + 1;
  }

  std::int64_t seconds_;
  std::chrono::sys_days days_;
  std::chrono::year_month_day date_;
  std::int64_t of_day_;
};

std::string_view expanded(char letter) {
  switch (letter) {
    case 'F':
      return "%Y-%m-%d";
    case 'T':
    case 'X':
      return "%H:%M:%S";
    case 'R':
      return "%H:%M";
    case 'D':
    case 'x':
      return "%m/%d/%y";
    case 'c':
      return "%a %b %e %H:%M:%S %Y";
    default:
      return {};
  }
}

}  // namespace

Result<std::string> format_time(std::string_view format, std::int64_t unix_seconds) {
  const Moment moment(std::clamp(unix_seconds, kFirstSecond, kLastSecond));
  std::string text;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      text += format[at];
      continue;
    }
    const bool trims = at + 1 < format.size() && format[at + 1] == '-';
    at += trims ? 2 : 1;
    const char letter = at < format.size() ? format[at] : '\0';
    if (const std::string_view longer = expanded(letter); !longer.empty()) {
      BYEOL_TRY(const std::string part, format_time(longer, unix_seconds));
      text += part;
      continue;
    }
    std::string field = moment.field(letter);
    if (field.empty())
      return Error{ErrorCode::kUnsupported,
                   "strftime_now does not know '%" + std::string(1, letter) + "'"};
    if (trims)
      while (field.size() > 1 && (field[0] == '0' || field[0] == ' ')) field.erase(0, 1);
    text += field;
  }
  return text;
}

}  // namespace byeol::model::jinja
