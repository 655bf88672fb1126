#include "mail/fill.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "store/columns.hpp"
#include "store/select.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::mail {

Filler::Filler(store::Resolver& resolver, const Clock& clock, const meta::Entity* noun,
               std::optional<store::Found> about, std::optional<store::Found> me)
    : resolver_(resolver),
      clock_(clock),
      recipient_{"", noun, 0, {}},
      about_{"about.", about ? about->entity : nullptr, about ? about->id : 0, {}},
      me_{"me.",
          me ? me->entity : &resolver.store().model().with(meta::Role::user),
          me ? me->id : 0,
          {}},
      today_(clock.today().iso()) {}

void Filler::check(const Template& text) {
    for (const Template::Piece* piece : text.paths()) {
        if (piece->text == "today" || std::ranges::find(given_, piece->text) != given_.end())
            continue;
        if (piece->text == unsubscribe_tag)
            throw text.wrong(*piece, "unknown_field",
                             "{{unsubscribe}} is the link in the mails of a campaign",
                             "a template for crm campaign send, or the text without it");
        Root* root = &recipient_;
        std::string_view path = piece->text;
        for (Root* other : {&about_, &me_})
            if (path.starts_with(other->prefix)) {
                root = other;
                path.remove_prefix(other->prefix.size());
            }
        if (root->entity == nullptr)
            throw text.wrong(
                *piece, "unknown_field",
                root == &about_
                    ? fmt::format("{{{{{}}}}} requires --about", piece->text)
                    : fmt::format("{{{{{}}}}}: the recipient has no record", piece->text),
                root == &about_ ? "--about d7" : "a contact, a lead, an account or a user");
        auto column = store::select_column(*root->entity, path);
        if (!column) {
            Error error =
                text.wrong(*piece, "unknown_field", column.error().message, column.error().hint);
            error.candidates = column.error().candidates;
            throw error;
        }
        uses_recipient_ = uses_recipient_ || root == &recipient_;
        if (std::ranges::find(root->paths, path) == root->paths.end())
            root->paths.emplace_back(path);
    }
}

void Filler::put_cells(const Root& root, std::span<const store::SelectColumn> columns,
                       std::span<const std::span<const View>> cells, Values& out) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const store::SelectColumn& column = columns[i];
        auto& values = out[std::string(root.prefix) + root.paths[i]];
        const bool list = column.field != nullptr && column.field->is(meta::many) &&
                          column.field->type() != meta::Type::rows;
        if (list) {
            for (const meta::Item& item : meta::read_items(cells[i].front().text))
                values.push_back(item.value);
        } else if (std::string text = store::cell_text(column, cells[i], clock_); !text.empty()) {
            values.push_back(std::move(text));
        }
    }
}

void Filler::add_values(const Root& root, std::int64_t id, Values& out) {
    if (root.paths.empty() || id == 0)
        return;
    store::Selection one(resolver_.store(), *root.entity);
    one.one = id;
    for (const std::string& path : root.paths)
        one.columns.push_back(*store::select_column(*root.entity, path));
    one.each([&](std::span<const std::span<const View>> cells) {
        put_cells(root, one.columns, cells, out);
        return false;
    });
}

std::map<std::int64_t, Values> Filler::values_of(std::span<const std::int64_t> recipients) {
    std::map<std::int64_t, Values> out;
    Values of_all;
    of_all["today"] = {today_};
    add_values(about_, about_.id, of_all);
    add_values(me_, me_.id, of_all);
    for (const std::int64_t id : recipients)
        out.emplace(id, of_all);
    if (recipient_.paths.empty() || recipients.empty())
        return out;
    store::Selection all(resolver_.store(), *recipient_.entity);
    all.among.emplace(recipients.begin(), recipients.end());
    for (const std::string& path : recipient_.paths)
        all.columns.push_back(*store::select_column(*recipient_.entity, path));
    all.columns.push_back(*store::select_column(*recipient_.entity, "id"));
    all.each([&](std::span<const std::span<const View>> cells) {
        const std::string id(cells.back().front().text.substr(recipient_.entity->prefix.size()));
        put_cells(recipient_, std::span(all.columns).first(recipient_.paths.size()), cells,
                  out[std::stoll(id)]);
        return true;
    });
    return out;
}

Values Filler::values(std::int64_t recipient) {
    Values out;
    out["today"] = {today_};
    add_values(recipient_, recipient, out);
    add_values(about_, about_.id, out);
    add_values(me_, me_.id, out);
    return out;
}

}  // namespace crm::mail
