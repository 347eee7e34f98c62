#include "bench/synth.h"

#include <algorithm>

#include "bench/synth_vocabulary.h"
#include "engine/random.h"
#include "formats/gguf_writer.h"
#include "formats/quantize_rows.h"
#include "formats/tensor_shape.h"

namespace byeol::bench {
namespace {

constexpr const char* kChatTemplate =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}";

// A weight is a pure function of (seed, tensor, place). Four 16-bit numbers of one hash add up to
// a bell (Irwin-Hall) within 3.5 deviations; integers, so that every machine has the same.
float bell(std::uint64_t hash) {
  const auto sum = static_cast<std::int32_t>((hash & 0xFFFF) + (hash >> 16 & 0xFFFF) +
                                             (hash >> 32 & 0xFFFF) + (hash >> 48));
  constexpr float kDeviation = 37837.227f;  // sqrt(4 / 12) * 65536
  return static_cast<float>(sum - 2 * 65535) / kDeviation;
}

std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0;
  for (const char letter : name) hash = engine::mix(hash ^ static_cast<std::uint8_t>(letter));
  return hash;
}

void fill_row(const SynthTensor& tensor, std::uint64_t key, std::int64_t row,
              std::span<float> values) {
  if (tensor.deviation == 0) {
    std::ranges::fill(values, 1.0f);
    return;
  }
  std::uint64_t place = static_cast<std::uint64_t>(row) * values.size();
  for (float& value : values) value = tensor.deviation * bell(engine::mix(key ^ place++));
}

void add_tokenizer(const SynthShape& shape, formats::GgufWriter& writer) {
  SynthVocabulary vocabulary = make_vocabulary(shape.tokenizer, shape.vocabulary);
  const bool bytes = shape.tokenizer == SynthTokenizer::kByteLevel;
  writer.add("tokenizer.ggml.model", bytes ? "gpt2" : "llama");
  writer.add("tokenizer.ggml.pre", bytes ? "smollm" : "default");
  writer.add("tokenizer.ggml.tokens", std::move(vocabulary.tokens));
  writer.add("tokenizer.ggml.token_type", std::move(vocabulary.types));
  const auto add_id = [&](const char* name, std::uint32_t id) {
    writer.add(std::string("tokenizer.ggml.") + name + "_token_id", id);
  };
  if (bytes) {
    writer.add("tokenizer.ggml.merges", std::move(vocabulary.merges));
    add_id("bos", 1);
    add_id("eos", 2);
    add_id("unknown", 0);
    add_id("padding", 2);
    writer.add("tokenizer.chat_template", kChatTemplate);
  } else {
    writer.add("tokenizer.ggml.scores", std::move(vocabulary.scores));
    add_id("bos", 2);
    add_id("eos", 1);
    add_id("unknown", 3);
    add_id("padding", 0);
  }
  writer.add("tokenizer.ggml.add_bos_token", !bytes);
  writer.add("tokenizer.ggml.add_eos_token", false);
  writer.add("tokenizer.ggml.add_space_prefix", false);
}

void add_metadata(const SynthShape& shape, const formats::Quantization& quantization,
                  formats::GgufWriter& writer) {
  const std::string architecture(shape.architecture);
  writer.add("general.architecture", architecture);
  writer.add("general.type", "model");
  writer.add("general.name", std::string(shape.name) + " with random weights");
  writer.add("general.quantization_version", std::uint32_t{2});
  writer.add("general.file_type", quantization.file_type);
  const auto add = [&](const char* key, formats::GgufWriter::Value value) {
    writer.add(architecture + "." + key, std::move(value));
  };
  add("block_count", shape.layers);
  add("context_length", shape.context);
  add("embedding_length", shape.width);
  add("feed_forward_length", shape.feed_forward);
  add("attention.head_count", shape.heads);
  add("attention.head_count_kv", shape.kv_heads);
  add("attention.key_length", shape.head_size);
  add("attention.value_length", shape.head_size);
  add("attention.layer_norm_rms_epsilon", shape.norm_epsilon);
  add("rope.freq_base", shape.rope_base);
  add("vocab_size", shape.vocabulary);
  if (shape.architecture == "llama") add("rope.dimension_count", shape.head_size);
  if (shape.sliding_window > 0) add("attention.sliding_window", shape.sliding_window);
  add_tokenizer(shape, writer);
}

std::vector<formats::BlockType> types_of(const formats::Quantization& quantization,
                                         const std::vector<SynthTensor>& tensors) {
  formats::ModelOutline outline{.experts = 0, .tensors = {}};
  for (const SynthTensor& tensor : tensors)
    outline.tensors.push_back(
        {tensor.name, static_cast<int>(tensor.sizes.size()), tensor.sizes[0]});
  std::vector<formats::BlockType> types;
  for (const auto& type : formats::plan_types(quantization, outline))
    types.push_back(type.value_or(formats::BlockType::kF32));
  return types;
}

}  // namespace

Status write_synth(const SynthShape& shape, const formats::Quantization& quantization,
                   std::uint64_t seed, const std::string& path, ThreadPool& pool,
                   const SynthProgress& progress) {
  formats::GgufWriter writer;
  add_metadata(shape, quantization, writer);
  const std::vector<SynthTensor> tensors = tensors_of(shape);
  const std::vector<formats::BlockType> types = types_of(quantization, tensors);
  std::int64_t total_bytes = 0;
  std::int64_t done_bytes = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const SynthTensor& tensor = tensors[i];
    BYEOL_TRY(const std::size_t bytes, formats::tensor_bytes(types[i], tensor.sizes));
    total_bytes += static_cast<std::int64_t>(bytes);
    const formats::RowShape rows{types[i], tensor.sizes[0],
                                 tensor.sizes.size() > 1 ? tensor.sizes[1] : 1};
    writer.add_tensor(tensor.name, types[i], tensor.sizes,
                      [&tensor, &pool, &progress, &done_bytes, &total_bytes, rows,
                       key = engine::mix(engine::mix(seed) ^ hash_name(tensor.name))](
                          std::span<std::byte> target) {
                        const std::int64_t row_bytes =
                            static_cast<std::int64_t>(target.size()) / rows.rows;
                        formats::quantize_rows(
                            rows,
                            [&](std::int64_t row, std::span<float> values) {
                              fill_row(tensor, key, row, values);
                            },
                            {}, pool, target,
                            [&](std::int64_t done_rows) {
                              done_bytes += done_rows * row_bytes;
                              if (progress) progress(done_bytes, total_bytes);
                            });
                        return ok();
                      });
  }
  return writer.write(path);
}

}  // namespace byeol::bench
