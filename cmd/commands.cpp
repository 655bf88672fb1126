#include <deque>

#include "cmd/command.hpp"

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
Command lead_kill();
Command quote_line();
Command quote_accept();
Command order_line();
Command deal_line();
Command today_command();
Command account_promises();
Command contact_dossier();
Command contact_erase();
Command contact_network();
Command account_org();
Command deal_board();
Command deal_stages();
Command pricebook_set();
Command lead_assign();
Command lead_score();
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
Command view_save();
Command view_run();
Command query_command();
Command date_command();
Command store_import();
Command store_export();
Command fields_command();
Command schema_command();
Command help_command();
Command complete();
Command manual();

std::span<const Command> commands() {
    static const std::vector<Command> all = [] {
        std::vector<Command> c;
        for (auto make : {record_list, record_show, record_add, record_edit, record_upsert, record_tag, record_link, record_unlink, record_note, record_attach, record_rm, record_restore, record_purge, record_merge, record_import,
                          record_export, record_log, attachment_save, deal_move, deal_win, deal_lose, deal_reopen, lead_assign, lead_score, lead_convert, lead_recycle, lead_kill, quote_line, quote_accept, order_line, deal_line, account_promises, contact_dossier, contact_erase, contact_network, account_org, deal_board, deal_stages, territory_assign, pricebook_set, quote_advise, contract_draft, quote_print, order_print, rate_set, product_option, product_configure, field_add, segment_save, segment_freeze, segment_diff, segment_each, view_save, view_run, init, show_any, search, today_command, reassign_command, report_command, dupes_command, query_command, date_command, sql_command, backup_command, check_command, doctor_command, config_command, open_command, log_command, undo_command, why_command, store_import, store_export, fields_command, schema_command, help_command, complete, manual})
            c.push_back(make());
        return c;
    }();
    return all;
}

std::span<const Option> global_options() {
    static const std::vector<Option> all = {
        {.name = "db", .kind = Kind::file, .value = "FILE", .help = "the store"},
        {.name = "output", .letter = 'o', .kind = Kind::format, .value = "FMT", .help = "table, tsv, csv, json, jsonl, ids, md, vcard, vcard3, mutt"},
        {.name = "json", .help = "the same as -o json"},
        {.name = "jsonl", .help = "the same as -o jsonl"},
        {.name = "fields", .letter = 'F', .kind = Kind::fields, .value = "FIELD,…", .help = "the columns: id,name,account.name"},
        {.name = "format", .kind = Kind::word, .value = "TEMPLATE", .help = "a line per record: '{{id}} {{name}}\\n'"},
        {.name = "schema", .kind = Kind::number, .value = "N", .help = "the number of the JSON schema to speak: 1"},
        {.name = "no-header", .help = "no header line"},
        {.name = "quiet", .letter = 'q', .help = "say nothing that was not asked for"},
        {.name = "verbose", .letter = 'v', .help = "say more: what an import made along the way"},
        {.name = "dry-run", .letter = 'n', .help = "do all but keep nothing"},
        {.name = "yes", .letter = 'y', .help = "the answer to every question"},
        {.name = "no-input", .help = "never ask"},
        {.name = "color", .kind = Kind::choice, .value = "WHEN", .help = "colours", .words = {"auto", "always", "never"}},
        {.name = "no-pager", .help = "no pager"},
        {.name = "now", .kind = Kind::moment, .value = "WHEN", .help = "what to take for now"},
        {.name = "lock-wait", .kind = Kind::word, .value = "DUR", .help = "how long to wait for a busy store: 30s"},
        {.name = "null", .letter = '0', .help = "standard input is separated by NUL"},
        {.name = "errors", .kind = Kind::choice, .value = "HOW", .help = "how errors are written", .words = {"text", "json"}},
        {.name = "as", .kind = Kind::word, .value = "USER", .help = "who acts"},
        {.name = "help", .letter = 'h', .help = "help"},
        {.name = "version", .help = "the version"},
    };
    return all;
}

std::vector<std::string_view> words_of(std::string_view noun, std::string_view field) {
    for (const meta::Declaration& d : meta::declarations())
        if (d.noun == noun)
            for (const meta::Field& f : d.fields)
                if (f.name == field) return {f.more.words.begin(), f.more.words.end()};
    return {};
}

const Command* find_command(std::string_view noun, std::string_view verb) {
    const Command* general = nullptr;
    for (const Command& c : commands()) {
        if (c.verb != verb && (c.alias.empty() || c.alias != verb)) continue;
        if (c.noun == noun) return &c;
        if (!noun.empty() && c.noun == "*") general = &c;
    }
    return general;
}

}  // namespace crm::cmd
