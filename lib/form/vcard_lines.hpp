#pragma once

#include <string>
#include <string_view>

/// Lines of a vCard file, as they are and unfolded. Within form only.
namespace crm::form {

inline constexpr auto none = std::string_view::npos;

/// The physical lines of a text that ends them with LF, CRLF, CR or CR CR LF. Linear, whatever mix
/// it is.
class PhysicalLines {
public:
    explicit PhysicalLines(std::string_view text) : text_(text) { advance(); }

    bool done() const { return done_; }
    std::string_view line() const { return line_; }  ///< the line at hand, without its end
    long number() const { return number_; }
    std::size_t begin() const { return begin_; }  ///< its offset
    bool ended() const { return ended_; }         ///< by a line end, not by the end of the text
    void advance();

private:
    std::string_view text_, line_;
    std::size_t begin_ = 0, next_ = 0, feed_ = 0;
    long number_ = 0, lines_ = 1;
    bool done_ = false, ended_ = false;
};

/// Content lines: folds undone, quoted-printable soft breaks joined, base64 gathered.
class ContentLines {
public:
    static constexpr std::size_t most_text = std::size_t(1) << 20, most_binary = std::size_t(32)
                                                                                 << 20;

    explicit ContentLines(std::string_view text) : lines_(text) {}

    bool next();
    std::string_view text() const { return text_; }  ///< valid until `next`
    long number() const { return number_; }
    std::size_t begin() const { return begin_; }  ///< offset of its first byte
    std::size_t end() const {
        return lines_.done() ? std::string_view::npos : lines_.begin();
    }                                            ///< offset of what follows
    bool too_long() const { return too_long_; }  ///< `text` is cut
    bool cut() const { return cut_; }            ///< the text ended within the line

private:
    PhysicalLines lines_;
    std::string_view text_;
    std::string joined_;
    std::size_t begin_ = 0;
    long number_ = 0;
    bool too_long_ = false, cut_ = false;

    bool continued(bool& literal_blank);
    void append(std::string_view piece, std::string_view between = {});
};

/// What --rejects keeps of a record that was refused: all of it, or nothing of one so large that
/// its copies would fill the memory.
inline std::string kept_raw(std::string_view raw) {
    return std::string(raw.size() <= 2 * ContentLines::most_binary ? raw : std::string_view());
}

}  // namespace crm::form
