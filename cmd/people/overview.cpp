#include "cmd/people/overview.hpp"

#include "app/overview.hpp"
#include "base/text.hpp"
#include "cmd/cli/print.hpp"
#include "show/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crm::cmd {
namespace {

using people::OverviewRow;
using people::OverviewSection;

constexpr int most_on_a_terminal = 8;  ///< of one kind

people::OverviewRequest request_of(Session& session, const store::Found& found, int most) {
    return {.resolver = session.resolver(),
            .clock = session.env.clock,
            .about = found,
            .most = most,
            .person = session.env.out_tty};
}

void print_title(Session& session, std::string_view text) {
    if (session.env.color)
        session.out.write(fmt::format("\n\x1b[1m{}\x1b[0m\n", text));
    else
        session.out.write(fmt::format("\n{}\n", text));
}

void print_for_person(Session& session, const OverviewSection& section) {
    print_title(session, section.title);
    const auto print = [&](std::string_view line) {
        session.out.write(text::clipped(fmt::format("  {}", line), session.env.width) + "\n");
    };
    for (const OverviewRow& row : section.rows)
        if (!row.line.empty())
            print(row.line);
    for (const std::string& remark : section.remarks)
        print(remark);
    if (section.more > 0)
        print(fmt::format("… {} more", section.more));
}

void print_for_program(Session& session, const OverviewSection& section) {
    for (const OverviewRow& row : section.rows)
        if (!row.line.empty())
            session.out.write(fmt::format("{}\t{}\n", section.name, unaligned(row.line)));
}

void add_json(const OverviewSection& section, const show::Style& how, std::string& out) {
    std::vector<show::Column> columns;
    for (const OverviewSection::Column& column : section.columns)
        columns.push_back({column.name, column.field,
                           column.fraction ? show::Shape::number : show::Shape::plain});
    const show::JsonObjects objects(columns, how);
    std::vector<std::vector<View>> views(columns.size());
    std::vector<show::Cells> cells(columns.size());
    meta::json_string(section.name, out);
    out += ":[";
    for (const OverviewRow& row : section.rows) {
        if (!out.ends_with('['))
            out += ',';
        for (std::size_t i = 0; i < columns.size(); ++i) {
            views[i].assign(row.cells[i].begin(), row.cells[i].end());
            cells[i] = views[i];
        }
        objects.add(cells, out);
    }
    out += ']';
}

}  // namespace

std::string unaligned(std::string_view line) {
    std::string out;
    for (const char c : line)
        if (c != ' ' || !out.ends_with(' '))
            out += c;
    return out;
}

void print_sections(Session& session, std::span<const OverviewSection> sections) {
    for (const OverviewSection& section : sections) {
        if (section.rows.empty())
            continue;
        if (session.env.out_tty)
            print_for_person(session, section);
        else
            print_for_program(session, section);
    }
}

std::string sections_json(Session& session, std::span<const OverviewSection> sections) {
    const show::Style how = style(session);
    std::string out;
    for (const OverviewSection& section : sections) {
        if (!out.empty())
            out += ',';
        add_json(section, how, out);
    }
    return out;
}

void print_warnings(Session& session, const store::Found& found) {
    for (const OverviewSection& section : app::warnings(request_of(session, found, -1))) {
        if (!session.env.out_tty) {
            print_for_program(session, section);
            continue;
        }
        for (const OverviewRow& row : section.rows) {
            const std::string line =
                text::clipped(fmt::format("{}: {}", section.title, row.line), session.env.width);
            session.out.write(session.env.color ? fmt::format("\x1b[1;31m{}\x1b[0m\n", line)
                                                : line + "\n");
        }
    }
}

void print_overview(Session& session, const store::Found& found) {
    const int most = session.env.out_tty ? most_on_a_terminal : -1;
    print_sections(session, app::overview(request_of(session, found, most)));
}

std::string overview_json(Session& session, const store::Found& found) {
    const people::OverviewRequest request = request_of(session, found, -1);
    std::vector<OverviewSection> sections = app::warnings(request);
    std::ranges::move(app::overview(request), std::back_inserter(sections));
    return fmt::format("{{{}}}", sections_json(session, sections));
}

}  // namespace crm::cmd
