// A response of /v1/responses on its way: tokens → items → events → the store → the client.
//
// The client hears of the end only when the response is stored, if it is to be. The write happens
// on a worker, so the runtime's thread waits for no disk.
//
// It is "cancelled" where its client wanted no more, and "failed" where the server's stop cut it.
//
// Threads: as Generation.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "server/generation.h"
#include "server/live_response.h"
#include "wire/answer_parser.h"
#include "wire/responses_request.h"

namespace byeol::server {

struct PreparedResponse {
  wire::ResponsesRequest request;
  std::string id;
  std::int64_t created_at_s = 0;
  std::int64_t prompt_tokens = 0;
  bool opens_in_thought = false;
};

class ResponsesGeneration final : public Generation {
 public:
  ResponsesGeneration(Context& context, Call call, PreparedResponse prepared);

  // Makes it known (and stores a background one, so that it is not lost), then starts.
  void begin(runtime::Turn turn);

 private:
  void admitted() override;
  void token(int choice, const runtime::TokenEvent& event) override;
  void ended(int choice, const runtime::TurnEnd& end) override;
  void all_ended(const std::optional<wire::ApiError>& error) override;
  void refused(const wire::ApiError& error, double retry_after_ms) override;
  bool ends_with_client() const override { return !prepared_.request.background; }

  void take_piece(const wire::AnswerPiece& piece);
  void finish(const wire::ResponsesEnd& end);
  store::StoredResponse to_keep(const std::string& response,
                                const std::vector<std::string>& events) const;
  void remove();

  PreparedResponse prepared_;
  std::shared_ptr<LiveResponse> live_;
  std::unique_ptr<wire::AnswerParser> parser_;
  std::vector<wire::TokenLogprob> logprobs_;  // Not told yet.
  int calls_ = 0;
  bool thinks_ = false;
  runtime::FinishReason reason_ = runtime::FinishReason::kStop;
  std::atomic<bool> unwanted_ = false;  // Its client cancelled it, or hung up.
};

}  // namespace byeol::server
