// A head of which only eligible rows are looked at, against the whole head: the same answers, with
// a model whose vocabulary is large enough for that.
#include <gtest/gtest.h>

#include <optional>

#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"
#include "runtime/constraint_cache.h"
#include "runtime/tiny_runtime.h"
#include "tests/support/real_model.h"

namespace byeol::runtime {
namespace {

using constrain::Budget;
using constrain::GrammarBuilder;

class ConstrainedHead : public ::testing::Test {
 protected:
  void SetUp() override {
    RuntimeOptions options;
    options.threads = 2;
    options.engine.kv_tokens = 2048;
    auto runtime = Runtime::load(byeol::testing::real_model_path("gemma3-270m"), options);
    ASSERT_TRUE(runtime) << runtime.error().message << " (byeol pull gemma3-270m)";
    runtime_ = *std::move(runtime);
    cache_.emplace(runtime_->model().tokenizer());
  }
  // Masks of every size: enumerations, digits, any text, any text that soon ends, letters alone.
  std::vector<std::shared_ptr<constrain::Matcher>> forms() {
    std::vector<std::shared_ptr<constrain::Matcher>> matchers;
    const auto add = [&](const ConstraintCache::Write& write) {
      auto matcher = cache_->get(std::to_string(matchers.size()), write);
      ASSERT_TRUE(matcher) << matcher.error().message;
      matchers.push_back(*std::move(matcher));
    };
    add([](GrammarBuilder& builder, Budget& budget) {
      return constrain::add_json_schema(builder, kCommand, {}, budget);
    });
    add([](GrammarBuilder& builder, Budget& budget) {
      return constrain::add_regex(builder, "[A-Z][a-z]{2,9}( [a-z]{1,9}){2,4}[.!?]", budget);
    });
    return matchers;
  }
  static Turn turn(const Runtime& runtime, std::shared_ptr<constrain::Matcher> form, int number) {
    Turn turn;
    turn.prompt = runtime.model().tokenizer().encode("Room " + std::to_string(number) +
                                                     " is too warm. Do something about it: ");
    turn.max_tokens = 48;
    turn.sampling.seed = static_cast<std::uint64_t>(number);
    turn.constraint = std::move(form);
    turn.min_tokens = 4 * (number % 3);
    return turn;
  }

  std::unique_ptr<Runtime> runtime_;
  std::optional<ConstraintCache> cache_;
};

TEST_F(ConstrainedHead, ChoosesAsTheWholeHeadDoes) {
  const auto set_greedy = [](engine::SamplingOptions& sampling) { sampling.temperature = 0; };
  const auto set_usual = [](engine::SamplingOptions& sampling) { sampling.temperature = 1.3f; };
  const auto set_near = [](engine::SamplingOptions& sampling) {
    sampling.temperature = 1;
    sampling.top_k = 0;
    sampling.top_p = 1;
    sampling.min_p = 0.02f;
  };
  int number = 0;
  for (const auto& form : forms())
    for (const auto& set :
         std::initializer_list<void (*)(engine::SamplingOptions&)>{set_greedy, set_usual, set_near})
      for (int round = 0; round < 3; ++round) {
        Turn one = turn(*runtime_, form, ++number);
        set(one.sampling);
        Turn whole = one;
        whole.sampling.logit_bias.emplace_back(0, 0.0f);  // Any bias makes every logit count.
        whole.speculation = Speculation::kNone;
        const Heard expected = run(*runtime_, std::move(whole));
        const Heard heard = run(*runtime_, std::move(one));
        EXPECT_EQ(heard.tokens, expected.tokens) << heard.text << " for " << expected.text;
        EXPECT_EQ(heard.end.reason, FinishReason::kStop) << heard.end.error << heard.text;
      }
}

}  // namespace
}  // namespace byeol::runtime
