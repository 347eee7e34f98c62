#include "formats/gguf.h"

#include <functional>

#include "formats/printable.h"

namespace byeol::formats {

const MetadataValue* Gguf::find(std::string_view key) const {
  const auto position = metadata_index_.find(key);
  return position ? &ordered_[*position].second : nullptr;
}

const Tensor* Gguf::find_tensor(std::string_view name) const {
  const auto position = tensor_index_.find(name);
  return position ? &tensors_[*position] : nullptr;
}

Status Gguf::index_metadata() {
  metadata_index_.reserve(ordered_.size());
  for (const auto& [key, value] : ordered_) metadata_index_.add(key);
  if (const auto twice = metadata_index_.sort())
    return Error{ErrorCode::kCorrupt,
                 "metadata key '" + printable(*twice) + "' occurs twice, expected once"};
  return ok();
}

Status Gguf::index_tensors() {
  tensor_index_ = {};
  tensor_index_.reserve(tensors_.size());
  for (const Tensor& tensor : tensors_) tensor_index_.add(tensor.name);
  if (const auto twice = tensor_index_.sort())
    return Error{ErrorCode::kCorrupt,
                 "tensor '" + printable(*twice) + "' occurs twice, expected once"};
  return ok();
}

Status Gguf::append_parts(std::vector<Gguf> parts) {
  for (Gguf& part : parts) {
    for (MappedFile& file : part.files_) files_.push_back(std::move(file));
    tensors_.insert(tensors_.end(), part.tensors_.begin(), part.tensors_.end());
  }
  return index_tensors();
}

void Gguf::forget(std::span<const std::byte> bytes) const {
  // Memory that is no mapping of ours (parse()) would come back as zeros.
  for (const MappedFile& file : files_) {
    const std::less_equal<const std::byte*> not_after;
    const bool inside =
        not_after(file.bytes().data(), bytes.data()) &&
        not_after(bytes.data() + bytes.size(), file.bytes().data() + file.bytes().size());
    if (inside) file.forget(bytes);
  }
}

}  // namespace byeol::formats
