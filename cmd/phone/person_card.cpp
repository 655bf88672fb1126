#include "cmd/phone/person_card.hpp"

#include "cmd/cli/print.hpp"
#include "cmd/people/overview.hpp"
#include "show/sheet.hpp"

#include <functional>
#include <vector>

namespace crm::cmd {
namespace {

using Cells = std::span<const std::span<const View>>;

std::vector<std::string> columns_of(const meta::Entity& entity) {
    std::vector<std::string> out{"id"};
    for (const std::string_view name :
         {"name", "title", "role", "company", "account", "type", "owner", "status", "language",
          "timezone", "preferred_time", "do_not_call"})
        if (entity.find(name) != nullptr)
            out.emplace_back(name);
    return out;
}

void with_fields(Session& session, const store::Found& who,
                 const std::function<void(std::span<const show::Column>, Cells)>& use) {
    store::Selection selection(session.store(), *who.entity);
    selection.one = who.id;
    store::add_columns(selection, columns_of(*who.entity));
    const std::vector<show::Column> titles = shown_columns(selection);
    selection.each([&](Cells cells) {
        use(titles, cells);
        return true;
    });
}

}  // namespace

people::OverviewRequest call_request(Session& session, const store::Found& who) {
    return {.resolver = session.resolver(),
            .clock = session.env.clock,
            .about = who,
            .most = -1,
            .person = session.env.out_tty};
}

void print_person(Session& session, const store::Found& who,
                  std::span<const people::OverviewSection> sections) {
    with_fields(session, who, [&](std::span<const show::Column> titles, Cells cells) {
        std::string& out = session.out.buffer();
        if (session.env.out_tty)
            show::sheet(titles, cells, style(session), out);
        else
            show::key_values(titles, cells, style(session), out);
    });
    print_sections(session, sections);
}

std::string person_json(Session& session, const store::Found& who) {
    std::string out;
    with_fields(session, who, [&](std::span<const show::Column> titles, Cells cells) {
        show::json_object(titles, cells, style(session), out);
    });
    while (out.ends_with('\n'))
        out.pop_back();
    return out;
}

}  // namespace crm::cmd
