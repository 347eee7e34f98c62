// What is remembered, to a file and back: between two steps, on the runtime's thread.
#include <future>
#include <memory>
#include <utility>

#include "runtime/runtime.h"

namespace byeol::runtime {

// Runs an errand between two steps and waits for it.
template <typename Outcome>
Outcome Runtime::run_between_steps(std::function<Outcome()> errand) {
  // Shared: whoever runs it is not done with it when the outcome is there.
  const auto task = std::make_shared<std::packaged_task<Outcome()>>(std::move(errand));
  std::future<Outcome> outcome = task->get_future();
  {
    const std::lock_guard lock(mutex_);
    errands_.emplace_back([task] { (*task)(); });
  }
  wake_.notify_one();
  return outcome.get();
}

Status Runtime::save_prefixes(const std::string& folder) {
  return run_between_steps<Status>([&] { return engine_->save_prefixes(folder); });
}

Result<std::int64_t> Runtime::load_prefixes(const std::string& folder) {
  return run_between_steps<Result<std::int64_t>>([&] {
    Result<std::int64_t> tokens = engine_->load_prefixes(folder);
    publish();
    return tokens;
  });
}

}  // namespace byeol::runtime
