#include "cmd/marketing/consent_words.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/complete.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "people/address_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using people::ContactPoint;
using store::Channel;

constexpr std::size_t largest_list = std::size_t{256} << 20;  ///< bytes

/// The addresses of a record that a word names.
std::vector<ContactPoint> points_of(Session& session, const std::string& word,
                                    std::optional<Channel> channel,
                                    std::optional<Channel> of_records) {
    const bool whole = word.find_first_of("\r\n") == std::string::npos;
    if (whole)
        if (auto point = people::read_contact_point(word, channel))
            return {std::move(*point)};
    if (word.find('@') != std::string::npos)
        throw Error(Fault::usage, "no_address",
                    fmt::format("'{}' is not {}", text::visible(text::clipped(word, 60)),
                                channel == Channel::phone ? "a telephone number"
                                : word.starts_with('@')   ? "@ and a domain"
                                                          : "an e-mail address"),
                    "ada@acme.example, +49 30 5550100, @acme.example, or a record: c12");
    const store::Record who = load_not_deleted(session, resolve_reference(session, nullptr, word));
    return people::contact_points(who, of_records);
}

Value text_or_nothing(std::string text) {
    return text.empty() ? Value() : Value(std::move(text));
}

}  // namespace

int run_sub_command(Session& session, const Arguments& args, std::span<const SubCommand> among,
                    std::string_view hint_for_rm) {
    const std::string& word = args.words.at(0);
    const auto found = std::ranges::find(among, word, &SubCommand::word);
    if (found != among.end()) {
        Arguments rest = args;
        rest.words.erase(rest.words.begin());
        return found->run(session, rest);
    }
    std::vector<std::string> words;
    for (const SubCommand& one : among)
        words.emplace_back(one.word);
    Error e(Fault::usage, "unknown_verb",
            fmt::format("{} has no verb '{}'", session.command, text::clipped(word, 40)));
    if (word == "rm" || word == "remove" || word == "delete")
        e.hint = hint_for_rm;
    else
        suggest_values(e, word, words);
    throw e;
}

std::optional<Channel> channel_given(const Arguments& args) {
    if (!args.has("channel"))
        return {};
    return store::channel_named(args.text("channel"));
}

PointsGiven points_given(Session& session, const Arguments& args,
                         std::optional<Channel> of_records) {
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "nobody is given: an address, a number or a record",
                    "ada@acme.example, +49 30 5550100, @acme.example, or a record: c12");
    const bool is_list = std::ranges::find(args.words, "-") != args.words.end();
    PointsGiven out;
    for (const std::string& word : session.references(args.words)) {
        try {
            std::ranges::move(points_of(session, word, channel_given(args), of_records),
                              std::back_inserter(out.points));
        } catch (Error& e) {
            if (!is_list || (e.fault != Fault::usage && e.fault != Fault::not_found))
                throw;
            out.wrong.push_back(std::move(e));
        }
    }
    if (out.points.empty() && !out.wrong.empty())
        throw std::move(out.wrong.front());
    return out;
}

int PointsGiven::end(Session& session) const {
    for (const Error& e : wrong)
        if (!session.quiet)
            session.remark(e.message);
    return wrong.empty() ? 0 : static_cast<int>(Fault::rejected);
}

void ConsentReport::add(const ContactPoint& point, const std::string& topic, bool changed) {
    lines_.push_back({point, topic, changed});
}

void ConsentReport::print() {
    const std::string done =
        session_.dry_run ? fmt::format("would be {}", done_) : std::string(done_);
    if (!session_.format.empty()) {
        Rows rows(session_, {"result", "address", "channel", "topic"});
        for (const Line& line : lines_)
            rows.row({line.changed ? done : "unchanged", line.point.address,
                      std::string(store::channel_word(line.point.channel)),
                      text_or_nothing(line.topic)});
        rows.end();
        return;
    }
    if (session_.quiet)
        return;
    for (const Line& line : lines_)
        session_.out.write(fmt::format("{} {}{}{}\n", line.changed ? done : "unchanged",
                                       text::visible(line.point.address),
                                       line.topic.empty() ? "" : " ", text::visible(line.topic)));
}

int show_acts(Session& session, const Arguments& args) {
    if (args.words.size() != 1)
        throw Error(Fault::usage, "missing", "one address, number or record is required",
                    fmt::format("crm {} show ada@acme.example", session.command));
    std::vector<ContactPoint> points;
    const auto channel = channel_given(args);
    const std::string& word = args.words.front();
    if (auto point = people::read_contact_point(word, channel)) {
        points.push_back(std::move(*point));
    } else {
        const store::Found found = resolve_reference(session, nullptr, word);
        const store::Record who = session.store().get(*found.entity, found.id);
        for (const Channel one : {Channel::mail, Channel::phone, Channel::post})
            if (!channel || channel == one)
                for (std::string& address : store::consent_addresses(who, one))
                    points.push_back({one, std::move(address)});
    }
    store::ConsentLedger ledger(session.store());
    std::vector<store::ConsentLine> lines;
    for (const ContactPoint& point : points)
        std::ranges::copy(ledger.lines(point.channel, point.address), std::back_inserter(lines));
    std::ranges::sort(lines, {}, &store::ConsentLine::id);
    const auto same = std::ranges::unique(lines, {}, &store::ConsentLine::id);
    lines.erase(same.begin(), same.end());
    Rows rows(session,
              {Rows::Head("at", show::Shape::time).whole(), "act", Rows::Head("channel").detail(),
               "topic", Rows::Head("address").whole(), "basis", Rows::Head("source").detail(),
               Rows::Head("proof").detail(), Rows::Head("operation").detail()});
    for (const store::ConsentLine& line : lines)
        rows.row({line.at, line.act, std::string(store::channel_word(line.channel)),
                  text_or_nothing(line.topic),
                  line.address.empty() ? line.key.substr(0, 16) : line.address,
                  text_or_nothing(line.basis), text_or_nothing(line.source),
                  text_or_nothing(ledger.proof_text(line)),
                  line.operation == 0 ? Value() : Value(line.operation)});
    rows.end();
    if (lines.empty())
        session.remark_nothing("nothing is known");
    return lines.empty() && args.flag("exit-empty") ? 1 : 0;
}

int import_addresses(Session& session, const Arguments& args,
                     const std::function<bool(store::Writer&, const ContactPoint&)>& change) {
    if (args.words.size() != 1)
        throw Error(Fault::usage, "missing", "import requires one file, or - for standard input",
                    fmt::format("crm {} import list.csv", session.command));
    const std::string file = source_of(args);
    std::string bytes = args.words.front() == "-" ? session.read_input()
                                                  : read_file(args.words.front(), largest_list);
    const auto rows = people::read_address_list(session.model().get("contact"), std::move(bytes),
                                                file, channel_given(args), args.text("column"));
    store::Writer writer(session.store(), session.operation_info(args.line));
    std::int64_t added = 0, unchanged = 0, rejected = 0;
    for (const people::ListedRow& row : rows) {
        if (row.points.empty()) {
            ++rejected;
            session.remark(fmt::format("{}:{}: '{}' is no address", file, row.line,
                                       text::visible(text::clipped(row.text, 60))));
            continue;
        }
        bool changed = false;
        for (const ContactPoint& point : row.points)
            changed = change(writer, point) || changed;
        ++(changed ? added : unchanged);
    }
    const std::int64_t operation = writer.commit();
    if (!session.quiet)
        session.remark(
            fmt::format("{}{} read, {} added, {} unchanged, {} rejected{}",
                        session.dry_run ? "dry run: " : "", rows.size(), added, unchanged, rejected,
                        operation == 0 ? "" : fmt::format(" (operation {})", operation)));
    return rejected == 0 ? 0 : static_cast<int>(Fault::rejected);
}

int use_tokens(Session& session, const Arguments& args, std::string_view done,
               const std::function<std::optional<bool>(store::Writer&, const std::string& token,
                                                       std::string& address)>& use) {
    const std::vector<std::string> tokens = session.references(args.words);
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "a token is required, or - for standard input");
    store::Writer writer(session.store(), session.operation_info(args.line));
    ConsentReport report(session, done);
    std::vector<Error> wrong;
    for (const std::string& token : tokens) {
        try {
            ContactPoint point;
            if (const auto changed = use(writer, token, point.address))
                report.add(point, "", *changed);
            else
                wrong.emplace_back(Fault::not_found, "forged_token",
                                   fmt::format("'{}' is not a token of this database",
                                               text::visible(text::clipped(token, 60))));
        } catch (Error& e) {
            if (e.fault != Fault::not_found && e.fault != Fault::refused)
                throw;
            wrong.push_back(std::move(e));
        }
    }
    if (!wrong.empty() && wrong.size() == tokens.size())
        throw std::move(wrong.front());
    writer.commit();
    report.print();
    for (const Error& e : wrong)
        if (!session.quiet)
            session.remark(e.message);
    return wrong.empty() ? 0 : static_cast<int>(Fault::rejected);
}

std::string source_of(const Arguments& args) {
    return args.words.empty() || args.words.front() == "-" ? "(standard input)"
                                                           : args.words.front();
}

bool complete_consent_words(Candidates& c, std::span<const std::string> words) {
    if (words.empty())
        return false;
    const std::string& verb = words.front();
    c.files = verb == "import" && words.size() == 1;
    if ((verb == "add" || verb == "show" || verb == "request") && !c.begun.empty())
        complete_references(c, nullptr);
    return true;
}

Option channel_option() {
    return {.name = "channel",
            .kind = Kind::choice,
            .value = "CHANNEL",
            .help = "mail, phone or post; without it, what the address is",
            .words = {"mail", "phone", "post"}};
}

Option topic_option(std::string_view help) {
    return {.name = "topic", .kind = Kind::topic, .value = "TOPIC", .help = help};
}

Option column_option() {
    return {.name = "column",
            .kind = Kind::word,
            .value = "COLUMN",
            .help = "import: the column that has the addresses"};
}

Option exit_empty_option(std::string_view help) {
    return {.name = "exit-empty", .letter = 'e', .help = help};
}

}  // namespace crm::cmd
