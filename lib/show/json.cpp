#include "meta/type.hpp"
#include "show/lines.hpp"
#include "show/sheet.hpp"

namespace crm::show {
namespace {

class Json final : public Writer {
public:
    Json(std::span<const Column> columns, const Style& style, Sink& sink, bool array)
        : objects_(columns, style), style_(style), sink_(sink), array_(array) {}

    void row(std::span<const Cells> values) override {
        std::string& out = sink_.text;
        if (array_)
            out += any_ ? ",\n" : "[\n";
        any_ = true;
        objects_.add(values, out);
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
    JsonObjects objects_;
    const Style& style_;
    Sink& sink_;
    bool array_;
    bool any_ = false;
};

}  // namespace

std::unique_ptr<Writer> json_writer(std::span<const Column> columns, const Style& style, Sink& sink,
                                    bool array) {
    return std::make_unique<Json>(columns, style, sink, array);
}

JsonObjects::JsonObjects(std::span<const Column> columns, const Style& style)
    : columns_(columns), style_(style) {
    for (const Column& column : columns) {
        std::string key(keys_.empty() ? "{" : ",");
        meta::json_string(column.title, key);
        keys_.push_back(key + ":");
    }
}

void JsonObjects::add(std::span<const Cells> values, std::string& out) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        out += keys_[i];
        json_value(columns_[i], values[i], style_, out);
    }
    out += columns_.empty() ? "{}" : "}";
}

void json_object(std::span<const Column> columns, std::span<const Cells> values, const Style& style,
                 std::string& out) {
    JsonObjects(columns, style).add(values, out);
    out += '\n';
}

}  // namespace crm::show
