#include "cmd/cli/changes.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "calendar/task_series.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crm::cmd {
namespace {

/// Makes the record that a link names but that is not there (--create): by its address where the
/// name is one, else by its name.
std::int64_t create_linked(Session& session, store::Writer& writer, const meta::Entity& entity,
                           std::string_view name) {
    if (entity.name() == nullptr)
        throw Error(Fault::refused, "nameless",
                    fmt::format("--create cannot add {}: they have no name", entity.plural));
    store::Record made(entity);
    const meta::FieldInfo* emails = entity.find("emails");
    if (emails == nullptr || name.find('@') == std::string_view::npos) {
        made.put(*entity.name(), {Value(std::string(name))});
        return writer.add(made);
    }
    auto values = meta::read(*emails, name, session.reading());
    if (!values)
        throw values.error();
    made.put(*emails, std::move(*values));
    store::align_mirrors(made);
    store::complete(made);
    return writer.add(made);
}

/// Applies the words of a command to one record.
class Assigner {
public:
    Assigner(Session& session, ChangeReport& report, store::Record& record, bool naming)
        : session_(session),
          report_(report),
          record_(record),
          naming_(naming),
          how_(session.reading()) {}

    void apply(const std::string& word) {
        const bool tag = word.size() > 1 && (word[0] == '+' || word[0] == '-') && word[1] != '=';
        if (!tag && !store::is_assignment(word))
            return apply_name(word);
        auto assignment = store::read_assignment(*record_.entity, word);
        if (!assignment)
            throw assignment.error();
        refuse_twice(*assignment);
        if (auto done = store::apply(record_, *assignment, session_.resolver(), how_); !done)
            throw done.error();
        show_resolved(*assignment);
    }

private:
    /// Shows which day or time an expression is, unless it was typed as it is stored.
    void show_resolved(const store::Assignment& assignment) {
        const meta::FieldInfo& field = *assignment.field;
        const bool is_time =
            field.type() == meta::Type::date || field.type() == meta::Type::instant;
        if (!is_time || field.is(meta::many) || text::trimmed(assignment.text).empty())
            return;
        const std::string& stored = record_.text(field);
        const std::string typed(text::trimmed(assignment.text));
        if (const auto day = iso_date(stored); day && stored != typed)
            report_.resolved(*record_.entity, field.name(), with_weekday(*day));
        if (const auto at = iso_instant(stored); at && !is_written_out(*at, typed))
            report_.resolved(*record_.entity, field.name(), with_weekday(*at, session_.env.clock));
    }

    /// 2026-11-23 14:00, 2026-11-23T14:00:00+01:00
    bool is_written_out(Instant at, std::string typed) const {
        constexpr std::size_t to_the_minute = 16;
        if (typed.size() < to_the_minute)
            return false;
        if (typed[10] == ' ')
            typed[10] = 'T';
        return session_.env.clock.local(at).starts_with(typed) || at.iso() == typed;
    }

    void apply_name(const std::string& word) {
        const meta::FieldInfo* name = record_.entity->name();
        if (!naming_ || named_ || name == nullptr)
            throw Error(
                Fault::usage, "no_assignment",
                fmt::format("'{}' is not FIELD=VALUE, +tag or -tag", text::clipped(word, 60)),
                named_ ? "quote a name that has blanks: 'Ada Lovelace'"
                       : fmt::format("crm fields {} lists the fields", record_.entity->noun));
        if (set_.contains(name->name()))
            throw Error(Fault::usage, "contradiction",
                        fmt::format("{} is given twice", name->name()));
        named_ = true;
        auto values = meta::read(*name, word, how_);
        if (!values)
            throw values.error();
        record_.put(*name, std::move(*values));
    }

    /// Of two values for one field the last would win without a word.
    void refuse_twice(const store::Assignment& assignment) {
        const meta::FieldInfo& field = *assignment.field;
        const bool whole = field.type() != meta::Type::rows && field.type() != meta::Type::address;
        if (assignment.op != store::Assignment::Op::set || assignment.text.empty() || !whole)
            return;
        const bool first = set_.insert(field.name()).second;
        const bool named = named_ && &field == record_.entity->name();
        if (!first || named)
            throw Error(Fault::usage, "contradiction",
                        fmt::format("{} is given twice", field.name()));
    }

    Session& session_;
    ChangeReport& report_;
    store::Record& record_;
    bool naming_;
    bool named_ = false;  ///< the name was given without a field
    meta::Reading how_;
    std::set<std::string_view> set_;  ///< fields that were given a value
};

}  // namespace

namespace {

store::OperationInfo info_of(Session& session, const Arguments& args) {
    store::OperationInfo out = session.operation_info(args.line);
    out.insists = args.flag("anyway");
    out.refuses_busy = args.flag("strict");
    return out;
}

}  // namespace

Change::Change(Session& session, const Arguments& args)
    : writer(session.store(), info_of(session, args)), report(session), session_(session) {
    if (args.flag("create"))
        session.resolver().create = [this, &session](const meta::Entity& entity,
                                                     std::string_view name) {
            return create_linked(session, writer, entity, name);
        };
}

namespace {

/// The name, and when it is due.
std::string followed_text(const store::Record& record) {
    const auto value = [&](std::string_view name) {
        const meta::FieldInfo* field = record.entity->find(name);
        return field == nullptr ? std::string() : record.text(*field);
    };
    std::string out = record.entity->name() == nullptr ? std::string() : record.label();
    if (const auto due = iso_date(value("due")))
        out += " due " + with_weekday(*due);
    if (const std::string time = value("due_time"); !time.empty())
        out += " " + time;
    return out;
}

}  // namespace

void Change::report_added(const store::Record& record) {
    report.add(record, "added", followed_text(record));
}

void Change::report_followed() {
    for (const store::Record& record : writer.take_followed())
        report_added(record);
}

int Change::end() {
    report_followed();
    report.end();
    writer.commit();
    if (!session_.quiet)
        for (const std::string& remark : writer.remarks())
            session_.remark(remark);
    return 0;
}

bool is_tag_change(std::string_view word) {
    if (word.size() < 2 || (word[0] != '+' && word[0] != '-'))
        return false;
    const bool phone = word.size() > 7 && word[0] == '+' &&
                       word.find_first_not_of("+0123456789 ()/.-") == std::string_view::npos;
    return !phone;
}

void assign(Session& session, Change& change, store::Record& record,
            const std::vector<std::string>& words, bool naming) {
    const store::Record before = record;
    Assigner assigner(session, change.report, record, naming);
    for (const std::string& word : words)
        assigner.apply(word);
    if (record.id != 0)
        store::align_name(before, record);
}

void assign_row(Session& session, const meta::FieldInfo& field, store::RowCells& row,
                const std::string& word, const std::string& currency) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto it =
        std::ranges::find(field.rows, name, [](const meta::FieldInfo& p) { return p.name(); });
    if (equals == std::string::npos || it == field.rows.end() || it->computed() ||
        it == field.rows.begin()) {
        std::vector<std::string> names;
        for (const meta::FieldInfo& p : field.rows)
            if (!p.computed() && &p != &field.rows.front())
                names.emplace_back(p.name());
        Error e(
            Fault::usage, "unknown_field",
            fmt::format("there is no '{}' to set in {}", text::clipped(word, 60), field.name()));
        suggest(e, name, names, text::joined(names, ", "));
        // A bare number is how many, or for how much.
        if (equals == std::string::npos && !word.empty() && word[0] >= '0' && word[0] <= '9')
            e.hint = fmt::format(
                "{}={}", std::ranges::find(names, "quantity") != names.end() ? "quantity" : "price",
                text::clipped(word, 40));
        throw e;
    }
    auto values = meta::read(*it, std::string_view(word).substr(equals + 1),
                             {.clock = &session.env.clock, .currency = currency});
    if (!values)
        throw values.error();
    std::ranges::move(*values, row.begin() + static_cast<long>(it->first));
}

void report_recurrence(Session& session, Change& change, const store::Record* before,
                       const store::Record& after) {
    const meta::FieldInfo* field = after.entity->find("recurrence");
    if (field == nullptr || after.text(*field).empty() ||
        (before != nullptr && before->text(*field) == after.text(*field)))
        return;
    const std::string line = calendar::recurrence_line(session.store(), after, session.env.clock);
    if (!line.empty())
        change.report.resolved(*after.entity, field->name(), line);
}

}  // namespace crm::cmd
