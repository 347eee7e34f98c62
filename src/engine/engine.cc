#include "engine/engine.h"

#include <algorithm>

#include "model/cpu_kernels.h"

namespace byeol::engine {
namespace {

constexpr std::int32_t kPage = kernels::kPageTokens;
constexpr std::int32_t kDefaultContext = 8192;

std::int32_t pages_for(std::size_t tokens) {
  return static_cast<std::int32_t>((tokens + kPage - 1) / kPage);
}

Status check_tokens(std::span<const TokenId> tokens, std::int32_t vocabulary) {
  for (const TokenId token : tokens)
    if (token < 0 || token >= vocabulary)
      return Error{ErrorCode::kInvalidArgument, "token " + std::to_string(token) +
                                                    " is not in the vocabulary of " +
                                                    std::to_string(vocabulary)};
  return ok();
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::create(std::shared_ptr<const model::Model> model,
                                               ThreadPool& pool, const EngineOptions& options) {
  BYEOL_TRY(const kernels::KernelTable* const kernels, model::usable_kernels());
  const model::Config& config = model->config();
  EngineOptions filled = options;
  if (filled.kv_tokens <= 0) filled.kv_tokens = std::min(config.context, kDefaultContext);
  const model::KvLayout layout{filled.kv_type, config.layers, config.kv_heads, config.head_dim};
  BYEOL_TRY(KvPool pages,
            KvPool::create(layout, pages_for(static_cast<std::size_t>(filled.kv_tokens))));
  return std::unique_ptr<Engine>(new Engine(std::move(model), pool, filled, *kernels, layout,
                                            std::make_unique<KvPool>(std::move(pages))));
}

Engine::Engine(std::shared_ptr<const model::Model> model, ThreadPool& threads,
               const EngineOptions& options, const kernels::KernelTable& kernels,
               const model::KvLayout& layout, std::unique_ptr<KvPool> pool)
    : model_(std::move(model)),
      options_(options),
      kernels_(kernels),
      layout_(layout),
      pool_(std::move(pool)),
      prefixes_(std::make_unique<PrefixTree>(*pool_)),
      positions_max_(std::min(model_->config().context, pool_->pages() * kPage)),
      ops_(kernels, threads, layout, model_->graph().rope_tables(), positions_max_, model_->k_max(),
           model_->config().heads / model_->config().kv_heads) {}

Engine::Sequence& Engine::find(SequenceId id) {
  const auto found = sequences_.find(static_cast<std::int64_t>(id));
  BYEOL_CHECK(found != sequences_.end());
  return found->second;
}

// With room for the longest sequence, so that a step need not allocate.
Engine::Sequence Engine::make_sequence() const {
  const auto tokens = static_cast<std::size_t>(positions_max_);
  Sequence sequence;
  sequence.tokens.reserve(tokens);
  sequence.pages.reserve(tokens / kPage + 1);
  sequence.page_data.reserve(tokens / kPage + 1);
  return sequence;
}

SequenceId Engine::open() {
  sequences_.emplace(next_id_, make_sequence());
  return SequenceId{next_id_++};
}

void Engine::add_page(Sequence& sequence, PageId page) {
  sequence.pages.push_back(page);
  sequence.page_data.push_back(pool_->data(page));
}

SequenceId Engine::open_remembered(std::span<const TokenId> tokens) {
  Sequence sequence = make_sequence();
  const std::int32_t length = prefixes_->match(tokens, sequence.pages);
  sequence.tokens.assign(tokens.begin(), tokens.begin() + length);
  for (const PageId page : sequence.pages) {
    pool_->share(page);
    sequence.page_data.push_back(pool_->data(page));
  }
  sequences_.emplace(next_id_, std::move(sequence));
  return SequenceId{next_id_++};
}

void Engine::remember(SequenceId id, std::int32_t length) {
  const Sequence& sequence = find(id);
  prefixes_->keep(std::span(sequence.tokens).first(static_cast<std::size_t>(length)),
                  sequence.pages);
}

bool Engine::make_room(std::int32_t pages) {
  // Where all of it would not do, nothing is forgotten in vain.
  if (pool_->free_pages() + pool_->idle_pages() < pages) return false;
  while (pool_->free_pages() < pages)
    if (!prefixes_->evict_page()) return false;
  return true;
}

Result<SequenceId> Engine::fork(SequenceId source_id, std::int32_t length) {
  const Sequence& source = find(source_id);
  BYEOL_CHECK(length >= 0 && static_cast<std::size_t>(length) <= source.tokens.size());
  if (length % kPage != 0 && !make_room(1))
    return Error{ErrorCode::kOverloaded, "the KV cache has no free page for a fork"};
  Sequence forked = make_sequence();
  forked.tokens.assign(source.tokens.begin(), source.tokens.begin() + length);
  for (std::int32_t page = 0; page < length / kPage; ++page) {
    const PageId shared = source.pages[static_cast<std::size_t>(page)];
    pool_->share(shared);
    add_page(forked, shared);
  }
  if (length % kPage != 0)
    add_page(forked, pool_->copy(source.pages[static_cast<std::size_t>(length / kPage)]));
  sequences_.emplace(next_id_, std::move(forked));
  const SequenceId id{next_id_++};
  return id;
}

void Engine::truncate(SequenceId id, std::int32_t length) {
  Sequence& sequence = find(id);
  BYEOL_CHECK(length >= 0 && static_cast<std::size_t>(length) <= sequence.tokens.size());
  sequence.tokens.resize(static_cast<std::size_t>(length));
  // What a page holds behind the cut is finite and not seen, until it is written over.
  while (sequence.pages.size() >
         static_cast<std::size_t>(pages_for(static_cast<std::size_t>(length)))) {
    pool_->drop(sequence.pages.back());
    sequence.pages.pop_back();
    sequence.page_data.pop_back();
  }
}

void Engine::close(SequenceId id) {
  for (const PageId page : find(id).pages) pool_->drop(page);
  sequences_.erase(static_cast<std::int64_t>(id));
}

std::span<const TokenId> Engine::tokens(SequenceId id) const {
  return const_cast<Engine*>(this)->find(id).tokens;
}

std::span<const std::byte> Engine::page(SequenceId id, std::int32_t index) const {
  const Sequence& sequence = const_cast<Engine*>(this)->find(id);
  return {sequence.page_data[static_cast<std::size_t>(index)],
          static_cast<std::size_t>(layout_.page_bytes())};
}

std::int32_t Engine::pages_wanted(const Sequence& sequence, std::size_t new_tokens) const {
  const std::size_t length = sequence.tokens.size();
  const bool copies = length % kPage != 0 && pool_->is_shared(sequence.pages.back());
  return pages_for(length + new_tokens) - pages_for(length) + (copies ? 1 : 0);
}

Status Engine::check(std::span<const StepEntry> entries) {
  std::size_t rows = 0;
  std::int32_t pages = 0;
  ++steps_;
  const std::int32_t vocabulary = model_->config().vocabulary;
  for (const StepEntry& entry : entries) {
    BYEOL_CHECK(!entry.tokens.empty());
    Sequence& sequence = find(entry.sequence);
    BYEOL_CHECK(sequence.last_step != steps_);
    sequence.last_step = steps_;
    BYEOL_TRY_OK(check_tokens(entry.tokens, vocabulary));
    BYEOL_TRY_OK(check_tokens(entry.wanted.tokens, vocabulary));
    for (const model::LogitsWanted& wanted : entry.wanted_each)
      BYEOL_TRY_OK(check_tokens(wanted.tokens, vocabulary));
    rows += entry.tokens.size();
    pages += pages_wanted(sequence, entry.tokens.size());
  }
  if (rows > static_cast<std::size_t>(options_.step_rows_max))
    return Error{ErrorCode::kInvalidArgument, "a step of " + std::to_string(rows) +
                                                  " tokens; expected at most " +
                                                  std::to_string(options_.step_rows_max)};
  if (pages > pool_->free_pages() + pool_->idle_pages() || !make_room(pages))
    return Error{ErrorCode::kOverloaded, "the KV cache is full: the step wants " +
                                             std::to_string(pages) + " pages, " +
                                             std::to_string(free_tokens() / kPage) + " of " +
                                             std::to_string(pool_->pages()) + " are free"};
  return ok();
}

void Engine::extend(Sequence& sequence, std::size_t new_tokens) {
  const std::size_t length = sequence.tokens.size();
  if (length % kPage != 0 && pool_->is_shared(sequence.pages.back())) {
    const PageId own = pool_->copy(sequence.pages.back());
    pool_->drop(sequence.pages.back());
    sequence.pages.back() = own;
    sequence.page_data.back() = pool_->data(own);
  }
  while (sequence.pages.size() < static_cast<std::size_t>(pages_for(length + new_tokens)))
    add_page(sequence, pool_->take());
}

void Engine::build_batch(std::span<const StepEntry> entries) {
  tokens_.clear();
  positions_.clear();
  slices_.clear();
  logit_rows_.clear();
  first_logit_.clear();
  hidden_rows_.clear();
  first_hidden_.clear();
  for (const StepEntry& entry : entries) {
    Sequence& sequence = find(entry.sequence);
    extend(sequence, entry.tokens.size());
    const auto first_row = static_cast<std::int32_t>(tokens_.size());
    const auto first_position = static_cast<std::int32_t>(sequence.tokens.size());
    const auto rows = static_cast<std::int32_t>(entry.tokens.size());
    slices_.push_back({first_row, rows, first_position, sequence.page_data});
    tokens_.insert(tokens_.end(), entry.tokens.begin(), entry.tokens.end());
    for (std::int32_t i = 0; i < rows; ++i) positions_.push_back(first_position + i);
    first_logit_.push_back(static_cast<std::int32_t>(logit_rows_.size()));
    if (entry.logits == Logits::kAll)
      for (std::int32_t i = entry.logits_from; i < rows; ++i) logit_rows_.push_back(first_row + i);
    if (entry.logits == Logits::kLast) logit_rows_.push_back(first_row + rows - 1);
    first_hidden_.push_back(static_cast<std::int32_t>(hidden_rows_.size()));
    if (entry.hidden == Hidden::kAll)
      for (std::int32_t i = 0; i < rows; ++i) hidden_rows_.push_back(first_row + i);
  }
  first_logit_.push_back(static_cast<std::int32_t>(logit_rows_.size()));
  first_hidden_.push_back(static_cast<std::int32_t>(hidden_rows_.size()));
}

// Of each row of logits in turn. build_batch() has counted them.
void Engine::build_wanted(std::span<const StepEntry> entries) {
  wanted_.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const StepEntry& entry = entries[i];
    const auto end = static_cast<std::size_t>(first_logit_[i + 1]);
    wanted_.insert(wanted_.end(), entry.wanted_each.begin(), entry.wanted_each.end());
    if (entry.wanted_each.empty()) wanted_.resize(end, entry.wanted);
    BYEOL_CHECK(wanted_.size() == end);
  }
  // Distances are measured before a cap brings the logits nearer to each other.
  if (model_->config().logit_softcap > 0) {
    for (model::LogitsWanted& wanted : wanted_) wanted.within = 0;
  }
}

Status Engine::step(std::span<const StepEntry> entries, const std::function<void()>& before_head) {
  BYEOL_CHECK(!entries.empty());
  BYEOL_TRY_OK(check(entries));
  build_batch(entries);
  wanted_.resize(logit_rows_.size());
  const auto settle_wanted = [&] {
    if (before_head) before_head();
    build_wanted(entries);
  };
  const std::function<void()> settle = std::ref(settle_wanted);  // Does not allocate.
  ops_.release(0);
  outputs_ = model_->graph().forward(
      ops_, {tokens_, positions_, slices_, logit_rows_, wanted_, hidden_rows_, &settle});
  for (const StepEntry& entry : entries) {
    Sequence& sequence = find(entry.sequence);
    sequence.tokens.insert(sequence.tokens.end(), entry.tokens.begin(), entry.tokens.end());
  }
  return ok();
}

std::int32_t Engine::logit_rows(std::size_t entry) const {
  return first_logit_[entry + 1] - first_logit_[entry];
}

std::span<const float> Engine::logits(std::size_t entry, std::int32_t row) const {
  BYEOL_CHECK(row >= 0 && row < logit_rows(entry));
  const model::Rows& logits = outputs_.logits;
  return {logits.row(first_logit_[entry] + row), static_cast<std::size_t>(logits.width)};
}

std::span<const float> Engine::hidden(std::size_t entry, std::int32_t row) const {
  BYEOL_CHECK(row >= 0 && row < first_hidden_[entry + 1] - first_hidden_[entry]);
  const model::Rows& hidden = outputs_.hidden;
  return {hidden.row(first_hidden_[entry] + row), static_cast<std::size_t>(hidden.width)};
}

}  // namespace byeol::engine
