#include "constrain/regular/nfa.h"

#include <utility>

namespace byeol::constrain {
namespace {

constexpr const char* kWhat = "the regular expression";

std::size_t at(std::int32_t index) {
  return static_cast<std::size_t>(index);
}

Error unsupported(const char* what) {
  return {ErrorCode::kUnsupported, std::string("regular expression: ") + what + " cannot be kept"};
}

// Made from its end to its beginning: each part knows what follows it.
class Builder {
 public:
  Builder(const Regex& regex, NfaOptions options, Budget& budget)
      : regex_(regex), options_(options), budget_(budget) {
    nfa_.sets = &regex.sets;
    nfa_.any_tail = options.any_tail;
  }

  Result<Nfa> build(std::int32_t root) {
    BYEOL_TRY(const std::int32_t accept, add({NfaKind::kAccept}));
    BYEOL_TRY(nfa_.start, part(root, accept));
    if (options_.any_head && !is_anchored(root)) {
      BYEOL_TRY(const std::int32_t head, add({NfaKind::kSplit, -1, -1, nfa_.start}));
      BYEOL_TRY(const std::int32_t any, add({NfaKind::kAny, -1, head}));
      nfa_.nodes[at(head)].out = any;
      nfa_.start = head;
    }
    return std::move(nfa_);
  }

 private:
  Result<std::int32_t> add(NfaNode node) {
    BYEOL_TRY_OK(budget_.spend(1, kWhat));
    nfa_.nodes.push_back(node);
    return static_cast<std::int32_t>(nfa_.nodes.size()) - 1;
  }

  // Whether every way through it begins with ^.
  bool is_anchored(std::int32_t index) const {
    const RegexNode& node = regex_.node(index);
    switch (node.kind) {
      case RegexKind::kBegin:
        return true;
      case RegexKind::kSequence:
        return !node.children.empty() && is_anchored(node.children[0]);
      case RegexKind::kRepeat:
        return node.min > 0 && is_anchored(node.children[0]);
      case RegexKind::kChoice:
        for (const std::int32_t way : node.children)
          if (!is_anchored(way)) return false;
        return true;
      default:
        return false;
    }
  }

  // Where it begins, if `out` follows.
  Result<std::int32_t> part(std::int32_t index, std::int32_t out) {
    const RegexNode& node = regex_.node(index);
    switch (node.kind) {
      case RegexKind::kSequence:
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
          BYEOL_TRY(out, part(*child, out));
        }
        return out;
      case RegexKind::kChoice:
        return choice(node, out);
      case RegexKind::kChars:
        return add({NfaKind::kChars, node.set, out});
      case RegexKind::kRepeat:
        return repeat(node, out);
      case RegexKind::kBegin:
        nfa_.begins = true;
        return add({NfaKind::kBegin, -1, out});
      case RegexKind::kEnd:
        if (options_.in_behind) return unsupported("$ within a look-behind");
        nfa_.ends = true;
        return add({NfaKind::kEnd, -1, out});
      case RegexKind::kBorder:
      case RegexKind::kNoBorder:
        if (options_.in_behind) return unsupported("\\b within a look-behind");
        nfa_.borders = true;
        return add(
            {node.kind == RegexKind::kBorder ? NfaKind::kBorder : NfaKind::kNoBorder, -1, out});
      case RegexKind::kAhead:
      case RegexKind::kNotAhead:
        return ahead(index, out);
      case RegexKind::kBehind:
      case RegexKind::kNotBehind:
        return behind(index, out);
    }
    return unsupported("this");
  }

  Result<std::int32_t> choice(const RegexNode& node, std::int32_t out) {
    std::int32_t begin = -1;
    for (const std::int32_t way : node.children) {
      BYEOL_TRY(const std::int32_t entry, part(way, out));
      if (begin < 0) {
        begin = entry;
      } else {
        BYEOL_TRY(begin, add({NfaKind::kSplit, -1, entry, begin}));
      }
    }
    return begin;
  }

  Result<std::int32_t> repeat(const RegexNode& node, std::int32_t out) {
    const std::int32_t child = node.children[0];
    std::int32_t begin = out;
    std::int64_t copies = node.min;
    if (node.max < 0) {  // The last copy that must be there is the one that may come again.
      BYEOL_TRY(const std::int32_t loop, add({NfaKind::kSplit, -1, -1, out}));
      BYEOL_TRY(const std::int32_t entry, part(child, loop));
      nfa_.nodes[at(loop)].out = entry;
      begin = copies > 0 ? entry : loop;
      if (copies > 0) --copies;
    } else {
      for (std::int64_t i = node.min; i < node.max; ++i) {
        BYEOL_TRY(const std::int32_t entry, part(child, begin));
        BYEOL_TRY(begin, add({NfaKind::kSplit, -1, entry, out}));
      }
    }
    for (std::int64_t i = 0; i < copies; ++i) {
      BYEOL_TRY_OK(budget_.spend(1, kWhat));  // A copy may have no node at all.
      BYEOL_TRY(begin, part(child, begin));
    }
    return begin;
  }

  Result<std::int32_t> ahead(std::int32_t index, std::int32_t out) {
    if (options_.in_behind) return unsupported("a look-ahead within a look-behind");
    std::int32_t& known = known_look(index);
    if (known < 0) {
      const RegexNode& node = regex_.node(index);
      const NfaOptions options{.any_tail = true, .in_ahead = true};
      BYEOL_TRY(const Nfa nfa, make_nfa(regex_, node.children[0], options, budget_));
      Nfa::Ahead demand;
      for (std::size_t i = 0; i < demand.size(); ++i) {
        if (i > 0 && !nfa.begins && !nfa.borders) {
          demand[i] = demand[0];
          continue;
        }
        BYEOL_TRY(Dfa dfa, determinized(nfa, static_cast<Before>(i), budget_));
        if (node.kind == RegexKind::kNotAhead) {
          BYEOL_TRY(dfa, combined(dfa_of_anything(), dfa, Combination::kFirstOnly, budget_));
        }
        demand[i] = std::make_shared<const Dfa>(std::move(dfa));
      }
      nfa_.begins |= nfa.begins;
      nfa_.borders |= nfa.borders;
      known = static_cast<std::int32_t>(nfa_.aheads.size());
      nfa_.aheads.push_back(std::move(demand));
    }
    return add({NfaKind::kAhead, known, out});
  }

  Result<std::int32_t> behind(std::int32_t index, std::int32_t out) {
    if (options_.in_ahead) return unsupported("a look-behind within a look-ahead");
    std::int32_t& known = known_look(index);
    if (known < 0) {
      const RegexNode& node = regex_.node(index);
      const NfaOptions options{.any_head = true, .in_behind = true};
      BYEOL_TRY(const Nfa nfa, make_nfa(regex_, node.children[0], options, budget_));
      BYEOL_TRY(Dfa dfa, determinized(nfa, Before::kNothing, budget_));
      if (node.kind == RegexKind::kNotBehind) {
        BYEOL_TRY(dfa, combined(dfa_of_anything(), dfa, Combination::kFirstOnly, budget_));
      }
      known = static_cast<std::int32_t>(nfa_.behinds.size());
      nfa_.behinds.push_back(std::move(dfa));
    }
    return add({NfaKind::kBehind, known, out});
  }

  std::int32_t& known_look(std::int32_t index) {
    looks_.resize(regex_.nodes.size(), -1);
    return looks_[at(index)];
  }

  const Regex& regex_;
  const NfaOptions options_;
  Budget& budget_;
  Nfa nfa_;
  std::vector<std::int32_t> looks_;  // By node of the regex: which of aheads or behinds it is.
};

}  // namespace

Result<Nfa> make_nfa(const Regex& regex, std::int32_t root, NfaOptions options, Budget& budget) {
  return Builder(regex, options, budget).build(root);
}

}  // namespace byeol::constrain
