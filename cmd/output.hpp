#pragma once

#include <string>
#include <string_view>

namespace crm::cmd {

/// Standard output, held back: a command reads and writes the store first and prints after, so that a pager or a slow
/// reader never keeps a lock. Past a few megabytes it goes to an unlinked temporary file, so memory stays flat.
class Output {
public:
    Output() = default;
    ~Output();
    Output(const Output&) = delete;

    void write(std::string_view text) {
        buffer_ += text;
        if (buffer_.size() >= limit) spill();
    }
    /// The buffer itself, for writers that append; call `flush_if_large` now and then.
    std::string& buffer() { return buffer_; }
    void flush_if_large() {
        if (buffer_.size() >= limit) spill();
    }
    bool empty() const { return buffer_.empty() && spilled_ == 0; }
    /// Prints all of it, through `pager` when that is not empty. Throws Error io when it cannot be written; a reader that
    /// has gone is no error.
    void print(const std::string& pager);

private:
    static constexpr std::size_t limit = 8u << 20;
    void spill();

    std::string buffer_;
    int file_ = -1;
    std::size_t spilled_ = 0;
};

}  // namespace crm::cmd
