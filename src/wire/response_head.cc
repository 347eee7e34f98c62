#include "wire/response_head.h"

#include "wire/json_text.h"

namespace byeol::wire {

void append_head(std::string& to, const ResponseHead& head, std::string_view object) {
  to.append("{\"id\":");
  append_json_string(to, head.id);
  to.append(",\"object\":");
  append_json_string(to, object);
  to.append(",\"created\":");
  append_json_number(to, head.created);
  to.append(",\"model\":");
  append_json_string(to, head.model);
  if (head.service_tier) {
    to.append(",\"service_tier\":");
    append_json_string(to, name_of(*head.service_tier));
  }
  if (!head.system_fingerprint.empty()) {
    to.append(",\"system_fingerprint\":");
    append_json_string(to, head.system_fingerprint);
  }
}

}  // namespace byeol::wire
