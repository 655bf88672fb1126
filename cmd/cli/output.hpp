#pragma once

#include <string>
#include <string_view>

namespace crm::cmd {

/// Standard output, held back: a command reads and writes the database first and prints after, so
/// that a pager or a slow reader never keeps a lock. More than a few megabytes go to a temporary
/// file.
class Output {
public:
    Output() = default;
    ~Output();
    Output(const Output&) = delete;

    void write(std::string_view text) {
        buffer_ += text;
        flush_if_large();
    }
    /// The buffer itself, for writers that append; call `flush_if_large` now and then.
    std::string& buffer() { return buffer_; }
    void flush_if_large() {
        if (buffer_.size() >= limit_)
            flush();
    }
    bool empty() const { return buffer_.empty() && spilled_ == 0; }
    /// All that was written and not printed yet, which is then not printed.
    std::string take();
    void swap(Output& other) noexcept;
    /// From now on large output into a file may be written before `print`, since a file never makes
    /// it wait. Only for commands that change nothing: what they print is true however they end.
    void stream();
    /// Whether all of it can be seen at once on a terminal of that size.
    bool fits(int columns, int rows) const;
    /// Prints all of it, through `pager` when that is not empty. Throws Error io when it cannot be
    /// written; a reader that has gone is no error.
    void print(const std::string& pager);

private:
    void flush();
    void spill();

    std::string buffer_;
    std::size_t limit_ = 8u << 20;  ///< bytes that are kept in memory
    bool streams_ = false;
    int file_ = -1;
    std::size_t spilled_ = 0;
};

}  // namespace crm::cmd
