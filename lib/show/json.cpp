#include "meta/type.hpp"
#include "show/lines.hpp"
#include "show/sheet.hpp"

namespace crm::show {
namespace {

/// `{"id":` and `,"name":` …: what comes before each value, made once.
std::vector<std::string> keys_of(std::span<const Column> columns) {
    std::vector<std::string> keys;
    for (const Column& column : columns) {
        std::string key(keys.empty() ? "{" : ",");
        meta::json_string(column.title, key);
        keys.push_back(key + ":");
    }
    return keys;
}

class Json final : public Writer {
public:
    Json(std::span<const Column> columns, const Style& style, Sink& sink, bool array)
        : columns_(columns), style_(style), sink_(sink), keys_(keys_of(columns)), array_(array) {}

    void row(std::span<const Cells> values) override {
        std::string& out = sink_.text;
        if (array_)
            out += any_ ? ",\n" : "[\n";
        any_ = true;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            out += keys_[i];
            json_value(columns_[i], values[i], style_, out);
        }
        out += columns_.empty() ? "{}" : "}";
        if (!array_)
            out += '\n';
        sink_.row();
    }
    void end() override {
        if (array_ && (any_ || !style_.if_any))
            sink_.text += any_ ? "\n]\n" : "[]\n";
        sink_.flush();
    }

private:
    std::span<const Column> columns_;
    const Style& style_;
    Sink& sink_;
    std::vector<std::string> keys_;
    bool array_;
    bool any_ = false;
};

}  // namespace

std::unique_ptr<Writer> json_writer(std::span<const Column> columns, const Style& style, Sink& sink,
                                    bool array) {
    return std::make_unique<Json>(columns, style, sink, array);
}

void json_object(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
                 std::string& out) {
    const auto keys = keys_of(columns);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        out += keys[i];
        json_value(columns[i], values[i], style, out);
    }
    out += columns.empty() ? "{}\n" : "}\n";
}

}  // namespace crm::show
