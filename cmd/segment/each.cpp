#include "base/text.hpp"
#include "cmd/cli/hooks.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/cli/select.hpp"
#include "cmd/cli/setup.hpp"
#include "segment/cursor.hpp"
#include "segment/segment.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>

/// segment each: a command for every record of a segment, or for every one that entered it.
namespace crm::cmd {
namespace {

using meta::Entity;

constexpr std::string_view faster = "another job was faster";

/// The words of the command for one record: {} is its id; without {} it comes after the verb.
std::vector<std::string> words_for(const std::vector<std::string>& pattern, const std::string& id) {
    std::vector<std::string> out;
    bool has_place = false;
    for (std::string word : pattern) {
        std::size_t at;
        while ((at = word.find("{}")) != std::string::npos) {
            word.replace(at, 2, id);
            has_place = true;
        }
        out.push_back(std::move(word));
    }
    if (!has_place)
        out.insert(out.begin() + 2, id);
    return out;
}

void check_options(const Arguments& args, std::string_view segment) {
    const bool has_command = args.words.size() > 1;
    if (args.flag("entered") != args.has("cursor"))
        throw Error(Fault::usage, "missing", "--entered and --cursor require each other",
                    "--entered --cursor welcome");
    if (args.flag("mark") && (args.text("cursor").empty() || has_command))
        throw Error(Fault::usage, "missing",
                    "--mark requires --entered --cursor NAME, and no command");
    if (!args.flag("mark") && !has_command)
        throw Error(Fault::usage, "missing", "the command is missing",
                    fmt::format("crm segment each @{} -- tag +seen", segment));
}

/// The words after the segment; a verb alone is one of the segment's noun.
std::vector<std::string> command_pattern(Session& session, const Arguments& args,
                                         const Entity& noun) {
    std::vector<std::string> out(args.words.begin() + 1, args.words.end());
    const Entity* named = session.model().find(out[0]);
    const bool complete =
        out.size() > 1 && named != nullptr && find_command(named->noun, out[1]) != nullptr;
    if (out.size() < 2 || (!complete && find_command(noun.noun, out[0]) != nullptr))
        out.insert(out.begin(), std::string(noun.noun));
    return out;
}

/// Runs the command for one record after the other.
class EachRun {
public:
    EachRun(Session& session, const Arguments& args, const Entity& noun, segment::Cursor* cursor)
        : session_(session),
          args_(args),
          noun_(noun),
          cursor_(cursor),
          pattern_(command_pattern(session, args, noun)) {
        command_for(1);  // a mistake in a crontab shows before there is a record
    }

    int run(const std::vector<std::int64_t>& ids) {
        bool failed = false;
        for (const std::int64_t id : ids)
            failed = !run_for(id) || failed;
        return failed ? static_cast<int>(Fault::rejected) : 0;
    }

private:
    Parsed command_for(std::int64_t id) const {
        const std::string reference = meta::short_id(noun_, id);
        Parsed parsed = parse(words_for(pattern_, reference), session_.model());
        const Command* command = parsed.command;
        if (command == nullptr || command->needs != Needs::writing ||
            command == find_command("segment", "each"))
            throw Error(Fault::usage, "no_writing",
                        fmt::format("'{}' is not a command that changes something",
                                    text::clipped(pattern_[0] + " " + pattern_[1], 60)),
                        "each runs add, edit, tag, move and the like; for others: crm … list -o "
                        "ids | crm … -");
        return parsed;
    }

    /// False where the command failed; what went wrong has been said.
    bool run_for(std::int64_t id) {
        Parsed parsed = command_for(id);
        for (const auto& [option, value] : args_.options)
            if (option_named(global_options(), "--" + option) != nullptr)
                parsed.args.options.try_emplace(option, value);
        apply_global_options(session_, parsed.args);  // what stands after -- counts too
        const std::size_t printed = session_.out.buffer().size();
        try {
            return run_and_mark(parsed, id);
        } catch (const Error& e) {
            session_.in_same_transaction = nullptr;
            session_.out.buffer().resize(printed);
            if (e.fault == Fault::internal || e.fault == Fault::io || e.fault == Fault::busy)
                throw;
            if (e.message == faster)
                return true;
            session_.remark(fmt::format("{}: {}", meta::short_id(noun_, id), e.message));
            return false;
        }
    }

    bool run_and_mark(Parsed& parsed, std::int64_t id) {
        bool marked = false;
        if (cursor_ != nullptr)
            session_.in_same_transaction = [&](store::Store& store) {
                if (!cursor_->mark_within(store, id))
                    throw Error(Fault::refused, "conflict", std::string(faster));
                marked = true;
            };
        const int code = has_hooks(session_, parsed) ? run_with_hooks(session_, parsed)
                                                     : run_asking(session_, parsed);
        session_.in_same_transaction = nullptr;
        if (code != 0)
            return false;
        // A command that found nothing to change has done its work too.
        if (cursor_ != nullptr && !marked && !session_.dry_run)
            cursor_->mark({id});
        return true;
    }

    Session& session_;
    const Arguments& args_;
    const Entity& noun_;
    segment::Cursor* cursor_;
    const std::vector<std::string> pattern_;
};

int mark_all(Session& session, segment::Cursor& cursor, const std::string& name,
             const segment::Members& members, const std::vector<std::int64_t>& ids) {
    if (!session.dry_run)
        cursor.mark(ids);
    if (!session.quiet)
        session.remark(fmt::format(
            "{}{} {} marked as done in {}", session.dry_run ? "dry run: " : "", ids.size(),
            ids.size() == 1 ? members.noun->noun : members.noun->plural, name));
    return 0;
}

int run_each(Session& session, const Arguments& args) {
    const std::string name = segment::name_of(args.words[0]);
    const auto found = store::segment_named(session.store(), name);
    if (!found)
        throw Error(Fault::not_found, "not_found",
                    fmt::format("there is no segment '{}'", text::clipped(name, 60)),
                    "crm segment list");
    check_options(args, name);
    const segment::Members members =
        segment::members(session.resolver(), session.env.clock, *found);
    if (!args.has("cursor")) {
        if (members.ids.empty())
            session.remark_nothing(fmt::format("no {} in @{}", members.noun->plural, name));
        return EachRun(session, args, *members.noun, nullptr).run(members.ids);
    }

    segment::Cursor cursor(session.store(), args.text("cursor"), *members.noun, session.lock_wait);
    if (!session.dry_run)
        cursor.forget_others(members.ids);
    const std::vector<std::int64_t> ids = cursor.entered(members.ids);
    if (args.flag("mark"))
        return mark_all(session, cursor, args.text("cursor"), members, ids);
    if (ids.empty())
        session.remark_nothing(fmt::format("no {} entered @{}", members.noun->plural, name));
    return EachRun(session, args, *members.noun, &cursor).run(ids);
}

}  // namespace

Command segment_each() {
    return {
        .help = "Run a command for every record of a segment, or that entered it",
        .needs = Needs::writing,
        .arguments =
            {{.name = "SEGMENT", .kind = Kind::reference, .required = true, .help = "@NAME"},
             {.name = "VERB…",
              .kind = Kind::word,
              .many = true,
              .help = "after --: the command, with {} for the record; without {} the record comes "
                      "after the verb"}},
        .options = {{.name = "entered",
                     .help = "only for records that entered since the last run with this cursor"},
                    {.name = "cursor",
                     .kind = Kind::word,
                     .value = "NAME",
                     .help = "remembers which records are done"},
                    {.name = "mark",
                     .help = "mark the records that are in it now as done, without a command"}},
        .run = run_each,
        .details =
            "Each run is a separate operation in the history, which can be undone. The cursor "
            "moves in the same transaction as the changes of the command: a job in a crontab that "
            "is killed, or that overlaps with another one, neither skips nor repeats a record. "
            "A record that leaves the segment and comes back has entered again; an undo does not "
            "make it enter again. If a command fails, the others still run, its record is tried "
            "again next time, and the exit code is 6. The first run finds all records of the "
            "segment; --mark lets it begin with those that come later.",
        .examples = {{"segment each @new-customers --entered --cursor welcome -- task add 'Call "
                      "and say welcome' about={} due=+2bd",
                      "a task for each new customer, from cron"},
                     {"segment each @stale -- tag +winback", "all that are in it now"},
                     {"segment each @new-customers --entered --cursor welcome --mark",
                      "begin with those who come from now on"}}};
}

}  // namespace crm::cmd
