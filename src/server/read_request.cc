#include "server/read_request.h"

namespace byeol::server {

wire::ApiResult<wire::Json> read_body(const Call& call) {
  const net::HttpRequest& request = call.request();
  if (request.body.empty())
    return wire::invalid_request("The request has no body; expected a JSON object.");
  return wire::parse_body(request.body);
}

wire::ApiStatus check_model(const Context& context, std::string_view model) {
  if (context.serves(model)) return Nothing{};
  return wire::not_found("The model '" + std::string(model.substr(0, 200)) +
                             "' is not loaded here; this server serves '" + context.card.id +
                             "', which 'default' also names.",
                         "model", "model_not_found");
}

wire::ApiStatus check_answers(const Context& context, std::size_t answers) {
  const auto most = static_cast<std::size_t>(context.options.answers_max);
  if (answers <= most) return Nothing{};
  return wire::invalid_request("The request asks for " + std::to_string(answers) +
                                   " answers; this server gives at most " + std::to_string(most) +
                                   " to one request.",
                               "n");
}

wire::HeaderLookup header_lookup(const Call& call) {
  return [exchange = call.exchange](std::string_view name) -> std::optional<std::string_view> {
    const std::string_view value = exchange->request().header(name);
    if (value.empty()) return std::nullopt;
    return value;
  };
}

}  // namespace byeol::server
