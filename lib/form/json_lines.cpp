#include "form/json_lines.hpp"

#include "base/text.hpp"
#include "form/json_reader.hpp"
#include "form/vcard.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::form {
namespace {

/// A string, number or boolean as the text that assignments use; nothing for what is not a single
/// value.
std::optional<std::string> plain(JsonReader& in) {
    switch (in.next()) {
        case JsonReader::Kind::text:
            return in.text();
        case JsonReader::Kind::number:
            return std::string(in.skip());
        case JsonReader::Kind::boolean:
            return in.skip() == "true" ? "yes" : "no";
        case JsonReader::Kind::null:
            in.skip();
            return "";
        default:
            in.skip();
            return std::nullopt;
    }
}

using Members = std::vector<std::pair<std::string, std::optional<std::string>>>;

Members members(JsonReader& in, std::optional<std::string> (*value)(JsonReader&) = plain) {
    Members all;
    all.reserve(6);
    in.object([&](std::string&& key) { all.emplace_back(std::move(key), value(in)); });
    return all;
}

std::optional<std::string> member(const Members& all, std::string_view key) {
    const auto found = std::ranges::find(all, key, &Members::value_type::first);
    return found == all.end() ? std::string() : found->second;
}

/// {"amount":…,"currency":…} as `amount currency`; nothing for what is not money.
std::optional<std::string> amount(const Members& all) {
    auto number = member(all, "amount"), currency = member(all, "currency");
    if (!number || !currency || all.size() != 2)
        return std::nullopt;
    return number->empty() || currency->empty() ? number : *number + " " + *currency;
}

/// What a member of a row holds: one value, or money.
std::optional<std::string> plain_or_money(JsonReader& in) {
    return in.next() == JsonReader::Kind::object ? amount(members(in)) : plain(in);
}

/// {"id":…,"name":…}: by name, since another store has other numbers.
std::optional<std::string> linked(const Members& all) {
    auto name = member(all, "name");
    return name && name->empty() ? member(all, "id") : name;
}

[[noreturn]] void bad(std::string why) {
    throw Error(Fault::refused, "bad_record", std::move(why));
}

class Record {
public:
    Record(std::string_view json, const meta::Entity& entity, Draft& draft)
        : in_(json, {json_depth, json_record_limit}), entity_(entity), draft_(draft) {}

    void read() {
        if (in_.next() != JsonReader::Kind::object)
            bad("this is not a JSON object");
        draft_.noun = entity_.noun;
        draft_.fields.reserve(16);
        in_.object([&](const std::string& key) { set_field(key); });
        in_.end();
        // What comes first in a list and in its mirror is one value.
        for (const auto& field : entity_.fields()) {
            if (!field.mirror || field.type() == meta::Type::rows)
                continue;
            const auto list = std::ranges::find(draft_.fields, field.name(), &DraftField::field);
            const auto first =
                std::ranges::find(draft_.fields, field.mirror->name(), &DraftField::field);
            if (list == draft_.fields.end() || first == draft_.fields.end())
                continue;
            const meta::Item item{first->value, {}};
            list->value = meta::items_text(std::span(&item, 1)) + "; " + list->value;
            draft_.fields.erase(first);
        }
    }

    const std::vector<std::string>& unknown() const { return unknown_; }

private:
    static std::string must(std::optional<std::string> value, const meta::FieldInfo& field,
                            std::string_view expected) {
        if (!value)
            bad(fmt::format("{} is not {}", field.name(), expected));
        return std::move(*value);
    }

    bool at(JsonReader::Kind kind) { return in_.next() == kind; }
    void say(const meta::FieldInfo& field, std::string value) {
        draft_.set_field(std::string(field.name()), std::move(value));
    }
    void one_value(const meta::FieldInfo& field, std::string_view expected = "one value") {
        say(field, must(plain(in_), field, expected));
    }

    void set_field(const std::string& key) {
        if (at(JsonReader::Kind::null))
            return void(in_.skip());
        if (key == "id" || key == "uid") {
            auto value = plain(in_);
            if (!value)
                bad(key + " is not text");
            return draft_.set_field(key, std::move(*value));
        }
        const meta::FieldInfo* field = entity_.find(key);
        // What `show` and a change add to a record says nothing of it.
        if (field == nullptr && (key == "overview" || key == "result"))
            return void(in_.skip());
        if (field == nullptr) {  // of a colleague who has a field of their own
            draft_.fields.push_back({{}, {}, true, kept_property(key)});
            return unknown_.push_back(key);
        }
        if (field->is(meta::derived))
            return derived(*field);
        if (field->type() == meta::Type::rows)
            return rows(*field);
        if (field->is(meta::many))
            return list(*field);
        switch (field->type()) {
            case meta::Type::address:
                return address(*field);
            case meta::Type::money:
                return money(*field);
            case meta::Type::link:
                return link(*field);
            default:
                return one_value(*field);
        }
    }

    /// Is not taken. Of a history it is handed on how many entries there are, since it must not get
    /// lost unnoticed.
    void derived(const meta::FieldInfo& field) {
        if (field.type() != meta::Type::rows || !at(JsonReader::Kind::array))
            return void(in_.skip());
        std::vector<meta::Item> entries;
        in_.array([&] {
            in_.skip();
            entries.push_back({"entry", {}});
        });
        if (!entries.empty())
            say(field, meta::items_text(entries));
    }

    /// As a column that has no field is kept.
    std::string kept_property(const std::string& key) {
        const std::string value = at(JsonReader::Kind::text) ? in_.text() : std::string(in_.skip());
        return content_line({{}, "X-COLUMN", {{"NAME", key}}, escaped(value), 0});
    }

    void link(const meta::FieldInfo& field) {
        std::string name = must(at(JsonReader::Kind::object) ? linked(members(in_)) : plain(in_),
                                field, "an object with id and name");
        if (entity_.role != meta::Role::person || field.name() != "account")
            return say(field, std::move(name));
        if (!name.empty())
            company().set_field("name", std::move(name));
    }

    Draft& company() {
        draft_.account = std::make_unique<Draft>();
        draft_.account->noun = "account";
        return *draft_.account;
    }

    void address(const meta::FieldInfo& field) {
        if (!at(JsonReader::Kind::object))
            return one_value(field, "an object");
        in_.object([&](const std::string& part) {
            if (std::ranges::find(meta::address_parts(), part) == meta::address_parts().end())
                bad(fmt::format(
                    "{} is not an object of street, postcode, city, region, country, type",
                    field.name()));
            draft_.set_field(fmt::format("{}.{}", field.name(), part),
                             must(plain(in_), field, "an object of texts"));
        });
    }

    void money(const meta::FieldInfo& field) {
        if (!at(JsonReader::Kind::object))
            return one_value(field, "an object");
        say(field, must(amount(members(in_)), field, "an object with amount and currency"));
    }

    void list(const meta::FieldInfo& field) {
        if (!at(JsonReader::Kind::array))
            return one_value(field, "an array");
        std::vector<meta::Item> items;
        std::optional<std::size_t> primary;
        in_.array([&] {
            meta::Item item;
            if (at(JsonReader::Kind::object)) {
                const Members parts = members(in_);
                item.value = must(member(parts, "value"), field, "an array of objects with value");
                item.labels = meta::read_labels(
                    must(member(parts, "type"), field, "an array of objects with type"));
                if (!primary && member(parts, "primary") == "yes")
                    primary = items.size();
            } else {
                item.value = must(plain(in_), field, "an array of texts");
            }
            items.push_back(std::move(item));
        });
        if (primary)
            std::rotate(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(*primary),
                        items.begin() + static_cast<std::ptrdiff_t>(*primary) + 1);
        std::erase_if(items, [](const meta::Item& item) { return item.value.empty(); });
        if (field.type() != meta::Type::extra)
            return say(field, meta::items_text(items));
        std::string lines;
        for (const meta::Item& item : items)
            lines += (lines.empty() ? "" : "\n") + item.value;
        say(field, std::move(lines));
    }

    /// Rows as `first (role, name value)`. A person's only company goes with the draft, so that it
    /// can be made.
    void rows(const meta::FieldInfo& field) {
        if (!at(JsonReader::Kind::array))
            return one_value(field, "an array");
        std::vector<meta::Item> items;
        std::vector<DraftField> link;
        const meta::FieldInfo* address = meta::address_of_row(field);
        in_.array([&] {
            if (!at(JsonReader::Kind::object))
                bad(fmt::format("{} is not an array of objects", field.name()));
            const Members parts = members(in_, plain_or_money);
            meta::Item item;
            bool has_address = false;  // nobody in the database
            link.clear();
            for (const meta::FieldInfo& inner : field.rows) {
                if (&inner == &field.rows.front() && inner.type() == meta::Type::link) {
                    item.value = must(linked(parts), field, "an array of objects with id and name");
                    if (address != nullptr && must(member(parts, "id"), field, "ids").empty() &&
                        !member(parts, address->name()).value_or("").empty()) {
                        item.value = *member(parts, address->name());
                        has_address = true;
                    }
                    continue;
                }
                if (has_address ? &inner == address : meta::is_name_of_row(field, inner))
                    continue;
                std::string text =
                    must(member(parts, inner.name()), field, "an array of flat objects");
                if (text.empty())
                    continue;
                link.push_back({std::string(inner.name()), text, false, {}});
                if (&inner == &field.rows.front())
                    item.value = std::move(text);
                else
                    item.labels.push_back(inner.name() == "role"
                                              ? std::move(text)
                                              : fmt::format("{} {}", inner.name(), text));
            }
            items.push_back(std::move(item));
        });
        if (entity_.role == meta::Role::person && field.name() == "accounts" && items.size() == 1 &&
            !items[0].value.empty()) {
            company().set_field("name", std::move(items[0].value));
            draft_.link = std::move(link);
        } else {
            say(field, meta::items_text(items));
        }
    }

    std::vector<std::string> unknown_;  ///< keys without a field
    JsonReader in_;
    const meta::Entity& entity_;
    Draft& draft_;
};

/// Cuts a file into records: lines, or the elements of one array.
class Cutter {
public:
    explicit Cutter(std::string_view bytes) : bytes_(bytes) {
        blanks();
        array_ = at_ < bytes_.size() && bytes_[at_] == '[';
        if (array_)
            ++at_;
    }

    /// The next record, without blanks before it; empty at the end.
    std::string_view next() {
        blanks();
        if (array_ && at_ < bytes_.size() && bytes_[at_] == ',') {
            ++at_;
            blanks();
        }
        line_ = lines_;
        const std::size_t from = at_;
        if (!array_) {
            at_ = std::min(bytes_.find('\n', at_), bytes_.size());
            return bytes_.substr(from, at_ - from);
        }
        if (at_ < bytes_.size() && bytes_[at_] == ']') {
            ended_ = true;
            ++at_;
            return {};
        }
        int depth = 0;
        bool quoted = false;
        for (; at_ < bytes_.size(); ++at_) {
            const char c = bytes_[at_];
            if (c == '\n')
                ++lines_;
            if (quoted) {
                if (c == '\\')
                    ++at_;
                else if (c == '"')
                    quoted = false;
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (depth == 0 && (c == ',' || c == ']')) {
                break;
            } else if (c == '}' || c == ']') {
                --depth;
            }
        }
        at_ = std::min(at_, bytes_.size());
        return bytes_.substr(from, at_ - from);
    }

    long line() const { return line_; }
    std::size_t read() const { return at_; }
    bool cut_short() const { return array_ && !ended_; }

private:
    void blanks() {
        for (; at_ < bytes_.size() && (bytes_[at_] == ' ' || bytes_[at_] == '\n' ||
                                       bytes_[at_] == '\r' || bytes_[at_] == '\t');
             ++at_)
            if (bytes_[at_] == '\n')
                ++lines_;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    long lines_ = 1, line_ = 1;
    bool array_ = false, ended_ = false;
};

}  // namespace

Expected<void> import_json(std::string_view bytes, const std::string& file,
                           const meta::Entity& entity, Intake& intake) {
    std::set<std::string, std::less<>> warned;  // unknown keys
    const auto begin = bytes.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return failure(Fault::refused, "empty", fmt::format("{} is empty", file));
    if (bytes[begin] != '{' && bytes[begin] != '[')
        return failure(Fault::refused, "unknown_format",
                       fmt::format("{} has no JSON objects", file));
    Cutter cutter(bytes);
    for (std::string_view one = cutter.next(); !one.empty(); one = cutter.next()) {
        const auto trouble = [&](std::string why) {
            intake.trouble({file, cutter.line(), std::move(why), true,
                            one.size() <= json_record_limit ? std::string(one) : std::string()});
        };
        if (one.size() > json_record_limit) {
            trouble("the record is longer than 1 MiB");
            continue;
        }
        Draft draft;
        draft.file = file;
        draft.line = cutter.line();
        draft.raw = one;
        try {
            Record record(one, entity, draft);
            record.read();
            for (const std::string& key : record.unknown()) {
                if (!warned.insert(key).second)
                    continue;
                const auto near = text::nearest(key, entity.field_names());
                intake.trouble({file,
                                draft.line,
                                fmt::format("{} has no field '{}'{}{}; kept as an extra property",
                                            entity.noun, text::visible(text::clipped(key, 60)),
                                            near.empty() ? "" : ", ", text::did_you_mean(near)),
                                false,
                                {}});
            }
        } catch (const Error& error) {
            trouble(error.message);
            continue;
        }
        if (draft.account) {
            draft.account->file = file;
            draft.account->line = draft.line;
        }
        intake.take(std::move(draft));
        intake.progress(cutter.read());
    }
    if (cutter.cut_short())
        intake.trouble({file,
                        cutter.line(),
                        "the array is not closed: the file may have been cut off",
                        true,
                        {}});
    return {};
}

}  // namespace crm::form
