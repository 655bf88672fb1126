#include "cmd/cli/command.hpp"
#include "cmd/cli/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace crm::cmd {

Command init();
Command log_command();
Command record_log();
Command undo_command();
Command why_command();
Command record_import();
Command record_list();
Command record_show();
Command show_any();
Command record_add();
Command record_edit();
Command record_upsert();
Command record_tag();
Command record_link();
Command record_unlink();
Command record_note();
Command record_attach();
Command attachment_save();
Command record_rm();
Command record_restore();
Command record_purge();
Command record_export();
Command search();
Command reassign_command();
Command report_command();
Command gate_command();
Command kb_show();
Command kb_stats();
Command programme_contribute();
Command care_command();
Command config_command();
Command dupes_command();
Command record_merge();
Command check_command();
Command doctor_command();
Command open_command();
Command sql_command();
Command backup_command();
Command deal_move();
Command deal_win();
Command deal_lose();
Command deal_reopen();
Command lead_convert();
Command lead_recycle();
Command lead_disqualify();
Command quote_add();
Command quote_edit();
Command quote_line();
Command quote_accept();
Command order_line();
Command deal_line();
Command today_command();
Command agenda_command();
Command remind_command();
Command calendar_holidays();
Command calendar_hours();
Command meeting_add();
Command meeting_edit();
Command meeting_move();
Command meeting_split();
Command meeting_cancel();
Command meeting_accept();
Command meeting_tentative();
Command meeting_decline();
Command meeting_find();
Command meeting_invite();
Command call_build();
Command call_next();
Command call_done();
Command call_release();
Command call_pop();
Command call_route();
Command task_done();
Command task_skip();
Command task_defer();
Command task_snooze();
Command account_promises();
Command contact_dossier();
Command contact_erase();
Command contact_network();
Command account_org();
Command deal_board();
Command deal_stages();
Command pricebook_set();
Command sla_set();
Command ticket_add();
Command ticket_reply();
Command ticket_message();
Command ticket_pend();
Command ticket_close();
Command ticket_reopen();
Command ticket_sla();
Command ticket_escalate();
Command ticket_assign();
Command asset_cover();
Command visit_add();
Command visit_edit();
Command visit_plan();
Command visit_done();
Command kb_versions();
Command kb_search();
Command kb_experts();
Command kb_credits();
Command kb_pack();
Command kb_map();
Command user_handover();
Command kb_gaps();
Command kb_miss();
Command ticket_suggest();
Command kb_diff();
Command kb_use();
Command kb_helpful();
Command kb_unhelpful();
Command kb_review();
Command kb_publish();
Command lead_assign();
Command lead_score();
Command account_score();
Command contact_score();
Command deal_score();
Command territory_assign();
Command quote_advise();
Command contract_draft();
Command quote_print();
Command order_print();
Command rate_set();
Command product_option();
Command product_configure();
Command field_add();
Command segment_save();
Command segment_freeze();
Command segment_diff();
Command segment_each();
Command suppress_command();
Command consent_command();
Command campaign_member();
Command campaign_check();
Command campaign_preview();
Command campaign_send();
Command campaign_stop();
Command campaign_step();
Command campaign_variant();
Command campaign_compare();
Command campaign_letters();
Command mail_write();
Command mail_queue();
Command mail_hold();
Command mail_release();
Command mail_cancel();
Command mail_send();
Command mail_resolve();
Command mail_adopt();
Command view_save();
Command view_run();
Command query_command();
Command date_command();
Command store_import();
Command store_export();
Command fields_command();
Command schema_command();
Command help_command();
Command version_command();
Command complete();
Command manual();

namespace {

struct Entry {
    std::string_view noun;  ///< "" for a command without a noun, "*" for every noun
    std::string_view verb;
    Command (*make)();
    std::string_view alias{};
};

/// All commands, in the order of help. A command is built when it is needed: a run of the program
/// needs one of them.
constexpr Entry table[] = {
    {"*", "list", record_list, "ls"},
    {"*", "show", record_show},
    {"*", "add", record_add},
    {"*", "edit", record_edit},
    {"*", "upsert", record_upsert},
    {"*", "tag", record_tag},
    {"*", "link", record_link},
    {"*", "unlink", record_unlink},
    {"*", "note", record_note},
    {"*", "attach", record_attach},
    {"*", "rm", record_rm},
    {"*", "restore", record_restore},
    {"*", "purge", record_purge},
    {"*", "merge", record_merge},
    {"*", "import", record_import},
    {"*", "export", record_export},
    {"*", "log", record_log},
    {"attachment", "save", attachment_save},
    {"deal", "move", deal_move},
    {"deal", "win", deal_win},
    {"deal", "lose", deal_lose},
    {"deal", "reopen", deal_reopen},
    {"lead", "assign", lead_assign},
    {"lead", "score", lead_score},
    {"account", "score", account_score},
    {"contact", "score", contact_score},
    {"deal", "score", deal_score},
    {"lead", "convert", lead_convert},
    {"lead", "recycle", lead_recycle},
    {"lead", "disqualify", lead_disqualify, "kill"},
    {"quote", "add", quote_add},
    {"quote", "edit", quote_edit},
    {"quote", "line", quote_line},
    {"quote", "accept", quote_accept},
    {"order", "line", order_line},
    {"deal", "line", deal_line},
    {"account", "promises", account_promises},
    {"contact", "dossier", contact_dossier},
    {"contact", "erase", contact_erase},
    {"contact", "network", contact_network},
    {"account", "org", account_org},
    {"deal", "board", deal_board},
    {"deal", "stages", deal_stages},
    {"territory", "assign", territory_assign},
    {"calendar", "holidays", calendar_holidays},
    {"calendar", "hours", calendar_hours},
    {"meeting", "add", meeting_add},
    {"meeting", "edit", meeting_edit},
    {"meeting", "move", meeting_move},
    {"meeting", "split", meeting_split},
    {"meeting", "cancel", meeting_cancel},
    {"meeting", "accept", meeting_accept},
    {"meeting", "tentative", meeting_tentative},
    {"meeting", "decline", meeting_decline},
    {"meeting", "find", meeting_find},
    {"meeting", "invite", meeting_invite},
    {"call", "build", call_build},
    {"call", "next", call_next},
    {"call", "done", call_done},
    {"call", "release", call_release},
    {"call", "pop", call_pop},
    {"call", "route", call_route},
    {"task", "done", task_done},
    {"task", "skip", task_skip},
    {"task", "defer", task_defer},
    {"task", "snooze", task_snooze},
    {"pricebook", "set", pricebook_set},
    {"sla", "set", sla_set},
    {"ticket", "add", ticket_add},
    {"ticket", "reply", ticket_reply},
    {"ticket", "message", ticket_message},
    {"ticket", "pend", ticket_pend},
    {"ticket", "close", ticket_close},
    {"ticket", "reopen", ticket_reopen},
    {"ticket", "sla", ticket_sla},
    {"ticket", "assign", ticket_assign},
    {"ticket", "escalate", ticket_escalate},
    {"asset", "cover", asset_cover},
    {"visit", "add", visit_add},
    {"visit", "edit", visit_edit},
    {"visit", "plan", visit_plan},
    {"visit", "done", visit_done},
    {"ticket", "suggest", ticket_suggest},
    {"kb", "search", kb_search},
    {"kb", "experts", kb_experts},
    {"kb", "gaps", kb_gaps},
    {"kb", "credits", kb_credits},
    {"kb", "pack", kb_pack},
    {"kb", "map", kb_map},
    {"user", "handover", user_handover},
    {"kb", "miss", kb_miss},
    {"kb", "versions", kb_versions},
    {"kb", "diff", kb_diff},
    {"kb", "use", kb_use},
    {"kb", "helpful", kb_helpful},
    {"kb", "unhelpful", kb_unhelpful},
    {"kb", "review", kb_review},
    {"kb", "publish", kb_publish},
    {"quote", "advise", quote_advise},
    {"contract", "draft", contract_draft},
    {"quote", "print", quote_print},
    {"order", "print", order_print},
    {"rate", "set", rate_set},
    {"product", "option", product_option},
    {"product", "configure", product_configure},
    {"field", "add", field_add},
    {"segment", "save", segment_save},
    {"segment", "freeze", segment_freeze},
    {"segment", "diff", segment_diff},
    {"segment", "each", segment_each},
    {"campaign", "member", campaign_member},
    {"campaign", "check", campaign_check},
    {"campaign", "preview", campaign_preview},
    {"campaign", "send", campaign_send},
    {"campaign", "stop", campaign_stop},
    {"campaign", "step", campaign_step},
    {"campaign", "variant", campaign_variant},
    {"campaign", "compare", campaign_compare},
    {"campaign", "letters", campaign_letters},
    {"mail", "write", mail_write},
    {"mail", "queue", mail_queue},
    {"mail", "hold", mail_hold},
    {"mail", "release", mail_release},
    {"mail", "cancel", mail_cancel},
    {"mail", "send", mail_send},
    {"mail", "resolve", mail_resolve},
    {"mail", "adopt", mail_adopt},
    {"view", "save", view_save},
    {"view", "run", view_run},
    {"", "init", init},
    {"", "show", show_any},
    {"", "search", search},
    {"", "today", today_command},
    {"", "agenda", agenda_command},
    {"", "remind", remind_command},
    {"", "suppress", suppress_command},
    {"", "consent", consent_command},
    {"", "reassign", reassign_command},
    {"", "report", report_command},
    {"programme", "contribute", programme_contribute},
    {"kb", "show", kb_show},
    {"kb", "stats", kb_stats},
    {"", "gate", gate_command},
    {"", "care", care_command},
    {"", "dupes", dupes_command},
    {"", "query", query_command},
    {"", "date", date_command},
    {"", "sql", sql_command},
    {"", "backup", backup_command},
    {"", "check", check_command},
    {"", "doctor", doctor_command},
    {"", "config", config_command},
    {"", "open", open_command},
    {"", "log", log_command},
    {"", "undo", undo_command},
    {"", "why", why_command},
    {"", "import", store_import},
    {"", "export", store_export},
    {"", "fields", fields_command},
    {"", "schema", schema_command},
    {"", "help", help_command},
    {"", "version", version_command},
    {"", "__complete", complete},
    {"", "__manual", manual},
};

Command built(const Entry& entry) {
    Command c = entry.make();
    c.noun = entry.noun;
    c.verb = entry.verb;
    c.alias = entry.alias;
    return c;
}

}  // namespace

std::span<const Command> commands() {
    static const std::vector<Command> all = [] {
        std::vector<Command> c;
        for (const Entry& entry : table)
            c.push_back(built(entry));
        return c;
    }();
    return all;
}

/// The words of -o.
std::string output_help() {
    std::string out;
    for (const FormatWord& format : format_words())
        out += fmt::format("{}{}", out.empty() ? "output format: " : ", ", format.word);
    return out;
}

std::span<const Option> global_options() {
    static const std::string output = output_help();
    static const std::vector<Option> all = {
        {.name = "db", .kind = Kind::file, .value = "FILE", .help = "the database"},
        {.name = "output", .letter = 'o', .kind = Kind::format, .value = "FMT", .help = output},
        {.name = "json", .help = "the same as -o json"},
        {.name = "jsonl", .help = "the same as -o jsonl"},
        {.name = "fields",
         .letter = 'F',
         .kind = Kind::fields,
         .value = "FIELD,…",
         .help = "columns: id,name,account.name"},
        {.name = "format",
         .kind = Kind::word,
         .value = "TEMPLATE",
         .help = "template for each record: '{{id}} {{name}}\\n'"},
        {.name = "schema",
         .kind = Kind::number,
         .value = "N",
         .help = "version of the JSON output: 1"},
        {.name = "no-header", .help = "print no header line"},
        {.name = "quiet", .letter = 'q', .help = "suppress messages"},
        {.name = "verbose", .letter = 'v', .help = "print more messages"},
        {.name = "dry-run", .letter = 'n', .help = "show changes without saving them"},
        {.name = "yes", .letter = 'y', .help = "answer yes to all prompts"},
        {.name = "no-input", .help = "never prompt"},
        {.name = "color",
         .kind = Kind::choice,
         .value = "WHEN",
         .help = "when to use colours",
         .words = {"auto", "always", "never"}},
        {.name = "no-pager", .help = "do not use a pager"},
        {.name = "now",
         .kind = Kind::moment,
         .value = "WHEN",
         .help = "use this as the current time"},
        {.name = "lock-wait",
         .kind = Kind::word,
         .value = "DUR",
         .help = "how long to wait for a locked database: 30s"},
        {.name = "null", .letter = '0', .help = "references on standard input end with NUL"},
        {.name = "errors",
         .kind = Kind::choice,
         .value = "HOW",
         .help = "format of error messages",
         .words = {"text", "json"}},
        {.name = "as", .kind = Kind::user, .value = "USER", .help = "act as this user"},
        {.name = "help", .letter = 'h', .help = "show help"},
        {.name = "version", .help = "show the version"},
    };
    return all;
}

std::vector<std::string_view> words_of(std::string_view noun, std::string_view field) {
    for (const meta::Declaration& d : meta::declarations())
        if (d.noun == noun)
            for (const meta::Field& f : d.fields)
                if (f.name == field)
                    return {f.more.words.begin(), f.more.words.end()};
    return {};
}

std::vector<const Command*> commands_of(std::string_view noun) {
    std::vector<const Command*> out;
    for (const Command& c : commands()) {
        const bool replaced = c.noun == "*" && std::ranges::any_of(table, [&](const Entry& entry) {
                                  return entry.noun == noun && entry.verb == c.verb;
                              });
        if (!c.hidden && !replaced && (c.noun == "*" || c.noun == noun))
            out.push_back(&c);
    }
    return out;
}

bool is_verb(std::string_view word) {
    return std::ranges::any_of(table, [&](const Entry& entry) {
        return entry.verb == word || (!entry.alias.empty() && entry.alias == word);
    });
}

const Command* find_command(std::string_view noun, std::string_view verb) {
    static std::map<const Entry*, Command> made;
    const Entry* found = nullptr;
    for (const Entry& entry : table) {
        if (entry.verb != verb && (entry.alias.empty() || entry.alias != verb))
            continue;
        if (entry.noun == noun) {
            found = &entry;
            break;
        }
        if (entry.noun == "*" && !noun.empty())
            found = &entry;
    }
    if (found == nullptr)
        return nullptr;
    const auto it = made.find(found);
    return it != made.end() ? &it->second : &made.emplace(found, built(*found)).first->second;
}

}  // namespace crm::cmd
