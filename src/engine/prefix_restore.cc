#include "engine/prefix_restore.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "kernels/kernel_table.h"

namespace byeol::engine {
namespace {

constexpr std::int32_t kPage = kernels::kPageTokens;

class Restore {
 public:
  Restore(std::span<const StoredRun> runs, KvPool& pool)
      : runs_(runs), pool_(pool), chosen_(runs.size()) {}
  ~Restore() {
    for (const PageId page : taken_) pool_.drop(page);
  }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

  std::int64_t into(PrefixTree& tree) {
    const std::int64_t before = tree.tokens();
    const std::vector<std::size_t> latest_first = order();
    for (const std::size_t run : latest_first) choose(run);
    // A run that another one goes on from comes with that.
    std::vector<bool> goes_on(runs_.size(), false);
    for (std::size_t run = 0; run < runs_.size(); ++run)
      if (chosen_[run].tokens > 0 && runs_[run].parent >= 0) goes_on[parent_of(run)] = true;
    for (auto run = latest_first.rbegin(); run != latest_first.rend(); ++run)
      if (chosen_[*run].tokens > 0 && !goes_on[*run]) keep(*run, tree);
    return tree.tokens() - before;
  }

 private:
  struct Chosen {
    bool decided = false;
    std::int32_t tokens = 0;    // So many of the run's.
    std::vector<PageId> pages;  // That hold them.
  };

  std::size_t parent_of(std::size_t run) const {
    return static_cast<std::size_t>(runs_[run].parent);
  }
  bool is_whole(std::size_t run) const {
    return static_cast<std::size_t>(chosen_[run].tokens) == runs_[run].tokens.size();
  }

  std::vector<std::size_t> order() const {
    std::vector<std::size_t> order(runs_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [this](std::size_t a, std::size_t b) {
      return runs_[a].used != runs_[b].used ? runs_[a].used > runs_[b].used : a < b;
    });
    return order;
  }

  // A run, and before it those that it follows on.
  void choose(std::size_t run) {
    path_.clear();
    while (!chosen_[run].decided) {
      path_.push_back(run);
      if (runs_[run].parent < 0) break;
      run = parent_of(run);
    }
    for (auto next = path_.rbegin(); next != path_.rend(); ++next) take(*next);
  }

  // As many of its pages as there is room for.
  void take(std::size_t index) {
    const StoredRun& run = runs_[index];
    Chosen& chosen = chosen_[index];
    chosen.decided = true;
    if (run.parent >= 0 && !is_whole(parent_of(index))) return;
    if (run.shares_page) chosen.pages.push_back(chosen_[parent_of(index)].pages.back());
    const std::size_t bytes = pool_.page_bytes();
    for (auto rest = run.pages; !rest.empty() && pool_.free_pages() > 0;
         rest = rest.subspan(bytes)) {
      chosen.pages.push_back(pool_.put(rest.first(bytes)));
      taken_.push_back(chosen.pages.back());
    }
    const auto pages = static_cast<std::int32_t>(chosen.pages.size());
    const std::int32_t room = (run.first_position / kPage + pages) * kPage;
    chosen.tokens = std::clamp(room, run.first_position, run.end()) - run.first_position;
  }

  // The sequence from its beginning to the end of this run.
  void keep(std::size_t last, PrefixTree& tree) {
    path_.assign(1, last);
    while (runs_[path_.back()].parent >= 0) path_.push_back(parent_of(path_.back()));
    std::vector<TokenId> tokens;
    std::vector<PageId> pages;
    for (auto run = path_.rbegin(); run != path_.rend(); ++run) {
      const Chosen& chosen = chosen_[*run];
      tokens.insert(tokens.end(), runs_[*run].tokens.begin(),
                    runs_[*run].tokens.begin() + chosen.tokens);
      // A page that it begins in holds the tokens before it, too.
      pages.resize(static_cast<std::size_t>(runs_[*run].first_position / kPage));
      pages.insert(pages.end(), chosen.pages.begin(), chosen.pages.end());
    }
    tree.keep(tokens, pages);
  }

  std::span<const StoredRun> runs_;
  KvPool& pool_;
  std::vector<Chosen> chosen_;
  std::vector<PageId> taken_;  // Ours until the tree has what it wants of them.
  std::vector<std::size_t> path_;
};

}  // namespace

std::int64_t restore_prefixes(std::span<const StoredRun> runs, KvPool& pool, PrefixTree& tree) {
  return Restore(runs, pool).into(tree);
}

}  // namespace byeol::engine
