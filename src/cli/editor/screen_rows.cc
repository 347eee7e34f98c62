#include "cli/editor/screen_rows.h"

#include <algorithm>
#include <utility>

#include "cli/editor/graphemes.h"

namespace byeol::cli {
namespace {

constexpr int kTabColumns = 4;

int columns_of(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Cluster cluster = first_cluster(text);
    columns += cluster.columns;
    text.remove_prefix(cluster.bytes);
  }
  return columns;
}

class Layout {
 public:
  Layout(std::string_view prompt, int columns)
      : width_(std::max(columns - 1, 2)), indent_(columns_of(prompt)) {
    if (indent_ + 2 > width_) indent_ = 0;
    begin_row();
    if (indent_ > 0) screen_.rows.back().text = prompt;
  }

  void put_cursor() {
    screen_.cursor_row = screen_.rows.size() - 1;
    screen_.before_cursor = screen_.rows.back().text;
  }

  void put(std::string_view cluster, int columns) {
    if (cluster == "\n") return begin_row();
    if (screen_.rows.back().columns + columns > width_) begin_row();
    screen_.rows.back().text += cluster;
    screen_.rows.back().columns += columns;
  }

  ScreenRows finish(int rows_max) {
    const std::size_t count = screen_.rows.size();
    const auto most = static_cast<std::size_t>(std::max(rows_max, 1));
    if (count > most) {
      const std::size_t end = std::clamp(screen_.cursor_row + 1 + most / 2, most, count);
      screen_.rows.erase(screen_.rows.begin() + static_cast<std::ptrdiff_t>(end),
                         screen_.rows.end());
      screen_.rows.erase(screen_.rows.begin(),
                         screen_.rows.begin() + static_cast<std::ptrdiff_t>(end - most));
      screen_.cursor_row -= end - most;
    }
    return std::move(screen_);
  }

 private:
  void begin_row() {
    screen_.rows.push_back({std::string(static_cast<std::size_t>(indent_), ' '), indent_});
  }

  ScreenRows screen_{};
  int width_;
  int indent_;
};

}  // namespace

ScreenRows lay_out(std::string_view prompt, std::string_view text, std::size_t cursor, int columns,
                   int rows) {
  Layout layout(prompt, columns);
  for (std::size_t at = 0; at < text.size();) {
    const Cluster cluster = first_cluster(text.substr(at));
    if (at == cursor) layout.put_cursor();
    if (text[at] == '\t')
      for (int i = 0; i < kTabColumns; ++i) layout.put(" ", 1);
    else
      layout.put(text.substr(at, cluster.bytes), cluster.columns);
    at += cluster.bytes;
  }
  if (cursor >= text.size()) layout.put_cursor();
  return layout.finish(rows);
}

std::size_t rows_above_cursor(const ScreenRows& screen, int columns) {
  const int width = std::max(columns, 1);
  std::size_t above = 0;
  for (std::size_t i = 0; i < screen.cursor_row; ++i)
    above += static_cast<std::size_t>(std::max(0, screen.rows[i].columns - 1) / width) + 1;
  return above + static_cast<std::size_t>(std::max(0, columns_of(screen.before_cursor)) / width);
}

}  // namespace byeol::cli
