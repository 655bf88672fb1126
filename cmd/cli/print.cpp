#include "cmd/cli/print.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "calendar/ics_write.hpp"
#include "cmd/cli/select.hpp"
#include "exchange/card_export.hpp"
#include "store/mail_objection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using meta::Entity;

constexpr std::pair<std::string_view, std::string_view> colours[] = {
    {"red", "31"},     {"green", "32"}, {"yellow", "33"}, {"blue", "34"},
    {"magenta", "35"}, {"cyan", "36"},  {"bold", "1"},    {"dim", "2"}};

/// The colours of records by the [[highlight]] rules of the configuration; the first rule that
/// finds a record counts.
Colours highlights(Session& session, const Entity& entity) {
    Colours out;
    for (const Rule& rule : session.config.of("highlight")) {
        if (session.model().find(rule.text("on")) != &entity)
            continue;
        const auto colour = std::ranges::find(
            colours, rule.text("color"), &std::pair<std::string_view, std::string_view>::first);
        try {
            for (const std::int64_t id : selection(session, entity, {rule.text("query")}).ids())
                out.try_emplace(meta::short_id(entity, id), colour->second);
        } catch (Error& e) {
            throw Error(Fault::config, "bad_config", fmt::format("{}: {}", rule.origin, e.message),
                        e.hint);
        }
    }
    return out;
}

std::unique_ptr<show::Writer> writer_of(Session& session, std::span<const show::Column> columns,
                                        const show::Style& how, show::Sink& sink) {
    if (session.pattern.empty())
        return show::writer(row_format(session), columns, how, sink);
    auto made = show::template_writer(session.pattern, columns, how, sink);
    if (!made)
        throw made.error();
    return std::move(*made);
}

}  // namespace

show::Format row_format(Session& session) {
    if (session.format.empty())
        return session.env.out_tty ? show::Format::table : show::Format::tsv;
    if (const auto format = show::format_named(session.format))
        return *format;
    throw Error(Fault::internal, "format", fmt::format("{} has no rows", session.format));
}

show::Style style(Session& session) {
    const bool person =
        session.env.out_tty && (session.format.empty() || session.format == "table");
    show::Style out;
    out.title = session.command;
    if (!session.header)
        out.header = false;
    out.person = person;
    // Whoever asks for colours gets them in a pipe, too, where the format is for reading.
    out.colour = session.env.color && (person || session.format == "table");
    out.utf8 = session.env.utf8;
    out.width = person ? session.env.width : 0;
    out.drops = person && session.fields.empty();  // what was asked for is shown
    out.clock = &session.env.clock;
    out.temporary_folder = session.env.temporary_folder;
    if (session.has_store())
        out.objection = store::mail_objection(session.store());
    return out;
}

Rows::Head Rows::Head::list(std::string_view title, std::vector<std::string_view> names) {
    struct Owned {
        std::vector<meta::Field> inner;
        meta::Field field;
        meta::FieldInfo info;
    };
    const auto owned = std::make_shared<Owned>();
    owned->field = {title, meta::Type::rows, title, meta::many};
    owned->info.field = &owned->field;
    owned->inner.reserve(names.size());
    for (const std::string_view name : names) {
        owned->inner.push_back({name, meta::Type::text, name});
        meta::FieldInfo part;
        part.field = &owned->inner.back();
        part.cells = 1;
        owned->info.rows.push_back(std::move(part));
    }
    Head head{std::string(title)};
    head.entries = std::shared_ptr<const meta::FieldInfo>(owned, &owned->info);
    return head;
}

Rows::Head Rows::Head::yes_or_no(std::string_view title) {
    struct Owned {
        meta::Field field;
        meta::FieldInfo info;
    };
    const auto owned = std::make_shared<Owned>();
    owned->field = {title, meta::Type::boolean, title};
    owned->info.field = &owned->field;
    owned->info.cells = 1;
    Head head{std::string(title)};
    head.entries = std::shared_ptr<const meta::FieldInfo>(owned, &owned->info);
    return head;
}

Rows::Head Rows::Head::whole() && {
    is_whole = true;
    return std::move(*this);
}

Rows::Head Rows::Head::detail() && {
    is_detail = true;
    return std::move(*this);
}

Rows::Rows(Session& session, const std::vector<Head>& heads)
    : style_(style(session)),
      sink_([&session](std::string_view text) { session.out.write(text); }) {
    std::vector<std::string> titles;
    for (const Head& head : heads)
        titles.push_back(head.title);
    const bool all = !style_.person || !session.pattern.empty();
    for (std::size_t i = 0; i < titles.size() && session.fields.empty(); ++i)
        if (all || !heads[i].is_detail)
            picked_.push_back(i);
    for (const std::string& field : session.fields) {  // -F, as for records
        const auto it = std::ranges::find(titles, field);
        if (it == titles.end()) {
            Error e(Fault::usage, "unknown_field",
                    fmt::format("there is no column '{}'", text::clipped(field, 40)));
            suggest(e, field, titles, text::joined(titles, ", "));
            throw e;
        }
        picked_.push_back(static_cast<std::size_t>(it - titles.begin()));
    }
    for (const std::size_t i : picked_) {
        lists_.push_back(heads[i].entries);
        columns_.push_back({titles[i], lists_.back().get(), heads[i].shape, heads[i].is_whole});
    }
    writer_ = show::writer(row_format(session), columns_, style_, sink_);
}

void Rows::row(const std::vector<Value>& values) {
    std::vector<View> views(values.begin(), values.end());
    row(std::span<const View>(views));
}

void Rows::row(std::span<const View> values) {
    std::vector<show::Cells> cells;
    cells.reserve(picked_.size());
    for (const std::size_t i : picked_)
        cells.push_back(values.subspan(i, 1));
    writer_->row(cells);
}

void Rows::row(const std::vector<std::span<const View>>& columns) {
    std::vector<show::Cells> cells;
    cells.reserve(picked_.size());
    for (const std::size_t i : picked_)
        cells.push_back(columns[i]);
    writer_->row(cells);
}

void set_columns(Session& session, store::Selection& selection,
                 const std::vector<std::string>& otherwise) {
    if (!session.fields.empty())
        return store::add_columns(selection, session.fields);
    store::add_columns(selection, otherwise);
    // A template names columns, too, also over links; a plain name that is none is refused by the
    // template itself.
    for (const std::string& name : show::template_names(session.pattern)) {
        const bool path = name.find('.') != std::string::npos;
        const bool known =
            std::ranges::find(selection.columns, name, &store::SelectColumn::title) !=
            selection.columns.end();
        if (path && !known)
            store::add_columns(selection, {name});
    }
}

std::vector<show::Column> shown_columns(const store::Selection& selection) {
    std::vector<show::Column> out;
    for (const store::SelectColumn& column : selection.columns)
        out.push_back({column.title, column.single() ? nullptr : column.field,
                       column.number_of_amount() ? show::Shape::money : show::Shape::plain});
    return out;
}

std::string cell_text(Session& session, const store::SelectColumn& column,
                      std::span<const View> cells) {
    return store::cell_text(column, cells, session.env.clock);
}

bool prints_calendar(const Session& session, const meta::Entity& entity) {
    return session.format == "ics" && session.pattern.empty() && calendar::has_component(entity);
}

int card_version(const Session& session) {
    if (session.format == "vcard")
        return 4;
    return session.format == "vcard3" ? 3 : 0;
}

RecordRows::RecordRows(Session& session, const store::Selection& first, bool safe, FileWriter* file)
    : session_(session),
      style_(style(session)),
      columns_(shown_columns(first)),
      card_version_(card_version(session)),
      sink_([&session, file](std::string_view text) {
          file != nullptr ? file->write(text) : session.out.write(text);
      }) {
    style_.title = first.entity().plural;
    style_.spreadsheet_safe = safe;
    if (prints_calendar(session, first.entity()))
        events_.emplace();
    else if (card_version_ == 0)
        writer_ = writer_of(session, columns_, style_, sink_);
    coloured_ = card_version_ == 0 && style_.colour && session.pattern.empty() &&
                row_format(session) == show::Format::table;
}

std::int64_t RecordRows::add(store::Selection& selection) {
    if (card_version_ != 0)
        return add_cards(selection);
    if (events_)
        return add_events(selection);
    use_columns(selection);
    if (!tints_.empty())
        store::add_columns(selection, {"id"});
    std::int64_t rows = 0;
    selection.each([&](std::span<const std::span<const View>> cells) {
        if (!tints_.empty()) {
            const auto tint = tints_.find(cells.back().front().text);
            writer_->tint(tint == tints_.end() ? std::string_view() : tint->second);
        }
        writer_->row(cells.first(columns_.size()));
        ++rows;
        return true;
    });
    return rows;
}

void RecordRows::add_gone(const store::Selection& selection, const store::Record& record) {
    use_columns(selection);
    const std::string short_id = record.short_id();
    std::vector<std::vector<View>> kept;
    for (const store::SelectColumn& column : selection.columns) {
        std::vector<View>& cells = kept.emplace_back();
        if (!column.links.empty())
            continue;
        if (column.field == nullptr)
            cells.emplace_back(std::string_view(column.plain == "uid" ? record.uid : short_id));
        else if (column.part < 0 && column.field->type() != meta::Type::rows &&
                 column.field->type() != meta::Type::link)
            cells = record.views(*column.field);
    }
    writer_->row(std::vector<show::Cells>(kept.begin(), kept.end()));
}

/// The columns of all selections have the same titles; their fields are those of the noun.
void RecordRows::use_columns(const store::Selection& selection) {
    if (entity_ == &selection.entity())
        return;
    entity_ = &selection.entity();
    const std::vector<show::Column> own = shown_columns(selection);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_[i].field = own[i].field;
        columns_[i].shape = own[i].shape;
    }
    if (coloured_)
        tints_ = highlights(session_, *entity_);
}

std::int64_t RecordRows::add_cards(store::Selection& selection) {
    selection.columns.clear();
    const auto ids =
        selection.one != 0 ? std::vector<std::int64_t>{selection.one} : selection.ids();
    store::Store& store = session_.store();
    for (const std::int64_t id : ids) {
        sink_.text += exchange::card_of(store, store.get(selection.entity(), id), card_version_);
        sink_.row();
    }
    return static_cast<std::int64_t>(ids.size());
}

std::int64_t RecordRows::add_events(store::Selection& selection) {
    selection.columns.clear();
    const auto ids =
        selection.one != 0 ? std::vector<std::int64_t>{selection.one} : selection.ids();
    for (const std::int64_t id : ids)
        events_->push_back(session_.store().get(selection.entity(), id));
    return static_cast<std::int64_t>(ids.size());
}

void RecordRows::end() {
    if (events_)
        sink_.text += calendar::calendar_of(session_.store(), session_.env.clock, *events_);
    if (writer_)
        writer_->end();
    sink_.flush();
}

std::int64_t print_rows(Session& session, store::Selection& selection, bool safe,
                        FileWriter* file) {
    RecordRows rows(session, selection, safe, file);
    const std::int64_t count = rows.add(selection);
    rows.end();
    return count;
}

}  // namespace crm::cmd
