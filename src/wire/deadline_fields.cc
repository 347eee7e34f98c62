#include "wire/deadline_fields.h"

#include <charconv>
#include <string>
#include <utility>

namespace byeol::wire {
namespace {

constexpr std::string_view kTime = "a number of milliseconds above 0, at most 86400000";

constexpr std::pair<std::string_view, OnMiss> kOnMiss[] = {
    {"degrade", OnMiss::kDegrade}, {"finish", OnMiss::kFinish}, {"abort", OnMiss::kAbort}};

constexpr std::pair<std::string_view, ServiceTier> kTiers[] = {
    {"auto", ServiceTier::kAuto},         {"default", ServiceTier::kDefault},
    {"flex", ServiceTier::kFlex},         {"scale", ServiceTier::kScale},
    {"priority", ServiceTier::kPriority}, {"fast", ServiceTier::kFast},
    {"realtime", ServiceTier::kRealtime}};

bool is_time(double ms) {
  return ms > 0 && ms <= kDeadlineMaxMs;
}

std::optional<double> read_time(const FieldReader& deadline, std::string_view name) {
  const Json* value = deadline.find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number() && is_time(value->get<double>())) return value->get<double>();
  deadline.wrong(name, kTime);
  return std::nullopt;
}

ApiError wrong_header(std::string_view name, std::string_view text, std::string_view expected) {
  return wrong_value(name, Json(text), expected);
}

ApiStatus add_time(const HeaderLookup& header, std::string_view name, std::optional<double>& to) {
  const std::optional<std::string_view> text = header(name);
  if (!text) return Nothing{};
  double ms = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), ms);
  if (failure != std::errc() || end != text->data() + text->size() || !is_time(ms))
    return wrong_header(name, *text, kTime);
  if (!to) to = ms;
  return Nothing{};
}

ApiStatus add_on_miss(const HeaderLookup& header, std::optional<OnMiss>& to) {
  constexpr std::string_view kName = "x-deadline-on-miss";
  const std::optional<std::string_view> text = header(kName);
  if (!text) return Nothing{};
  for (const auto& [known, on_miss] : kOnMiss) {
    if (known != *text) continue;
    if (!to) to = on_miss;
    return Nothing{};
  }
  return wrong_header(kName, *text, R"("degrade", "finish" or "abort")");
}

}  // namespace

DeadlineFields read_deadline(const FieldReader& body) {
  const std::optional<FieldReader> deadline = body.fields("deadline");
  if (!deadline) return {};
  return {.first_ms = read_time(*deadline, "first_ms"),
          .gap_ms = read_time(*deadline, "gap_ms"),
          .total_ms = read_time(*deadline, "total_ms"),
          .on_miss = deadline->choice("on_miss", kOnMiss)};
}

ApiStatus add_deadline_headers(const HeaderLookup& header, DeadlineFields& deadline) {
  BYEOL_TRY_OK(add_time(header, "x-deadline-first-ms", deadline.first_ms));
  BYEOL_TRY_OK(add_time(header, "x-deadline-gap-ms", deadline.gap_ms));
  BYEOL_TRY_OK(add_time(header, "x-deadline-total-ms", deadline.total_ms));
  return add_on_miss(header, deadline.on_miss);
}

std::string_view name_of(ServiceTier tier) {
  for (const auto& [name, known] : kTiers)
    if (known == tier) return name;
  return "auto";
}

std::optional<ServiceTier> read_service_tier(const FieldReader& body) {
  return body.choice("service_tier", kTiers);
}

}  // namespace byeol::wire
