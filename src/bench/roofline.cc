#include "bench/roofline.h"

#include <algorithm>

namespace byeol::bench {

Result<Roofline> measure_roofline(ThreadPool& pool) {
  using formats::BlockType;
  constexpr std::int32_t kRows = 65536, kColumns = 4096;
  BYEOL_TRY(const model::CpuPeaks peaks, model::measure_peaks(pool));
  Roofline roofline{peaks, {}};
  for (const BlockType type : {BlockType::kQ4_0, BlockType::kQ4_1, BlockType::kQ8_0,
                               BlockType::kQ4_K, BlockType::kQ5_K, BlockType::kQ6_K}) {
    for (const std::int32_t columns : {1, 8, 32, 256}) {
      BYEOL_TRY(const model::ProductSpeed speed,
                model::measure_product(pool, type, kRows, kColumns, columns));
      const double intensity = speed.operations_per_s / speed.bytes_per_s;
      const double roof = std::min(peaks.int8_per_s, intensity * peaks.bytes_per_s);
      roofline.points.push_back({std::string(formats::block_traits(type).name), columns, intensity,
                                 speed.operations_per_s, speed.operations_per_s / roof});
    }
  }
  return roofline;
}

}  // namespace byeol::bench
