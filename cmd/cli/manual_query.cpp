#include "cmd/cli/manual.hpp"
#include "meta/type.hpp"
#include "query/check.hpp"
#include "query/path.hpp"

#include <fmt/format.h>

#include <algorithm>

/// crm-query.7: a stranger must be able to learn the query language from it alone.
namespace crm::cmd {
namespace {

constexpr std::string_view beginning = R"text(# DESCRIPTION
A query says which records are meant.
`crm NOUN list`, `crm NOUN export` and `--where` take the same language.
A query is a set of conditions on the records of one noun; order, number and columns are options (`-s`, `--limit`, `-F`), never part of it.

Several conditions must all hold.
They may be one word of the command line or several; a shell needs quotation marks around what it would take for itself: blanks, parentheses, `>`, `<`, `~`, `"` and `*`.

    crm contact list title:sales account:acme
    crm contact list 'title:sales account:acme'

Names must be right: an unknown field, word or tag is an error (exit 2) that shows the place and the nearest right words.
It is never searched as text instead.
# CONDITIONS
- `FIELD:VALUE` :: the field has the value. Text is searched for the word, wherever it stands; numbers, dates, yes and no, and the words of a set are equal.
- `FIELD:none`, `FIELD:any` :: the field is empty; it is not.
- `FIELD:(A,B)` :: one of several values.
- `+tag` :: the record has the tag. A tag with blanks is quoted: `+"big deal"`.
- `word`, `"several words"` :: the full text of the record has the word, or the words in this order. `neu*` finds what begins so. Case and accents do not count; Chinese, Japanese and Korean are found by any two characters.
- `is:WORD` :: one of the words below.
- `@NAME` :: what the segment of that name finds; across a link, `contact:@NAME`.
- `-CONDITION`, `not CONDITION` :: it does not hold.
- `A or B`, `A and B`, `A B` :: either; both; both. `and` binds closer than `or`.
- `( )` :: what belongs together. A word of the command line that has an `or` of its own is a group without them.

# GRAMMAR
    query     = [ or_expr ]
    or_expr   = and_expr { "or" and_expr }
    and_expr  = unary { [ "and" ] unary }
    unary     = ( "not" | "-" ) unary | primary
    primary   = "(" or_expr ")" | path ":" [ op ] values
              | func | "@" segment | "+" tag | text
    func      = "every(" or_expr ")"
              | "count(" path "):" [ op ] values
    path      = name { "." name }
    op        = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" | "^"
    values    = value | "(" value { "," value } ")"
    value     = [ scalar ] ".." [ scalar ] | word | "quoted"
              | /regex/ | /regex/i | "none" | "any" | "me"

Within quotation marks a backslash stands before `"` and itself.
Quoting takes the meaning from `none`, `any`, `me` and from `..`.
# OPERATORS
- `FIELD:=VALUE` :: exactly this, without regard to case and accents.
- `FIELD:!=VALUE` :: anything else, also an empty one.
- `FIELD:^VALUE` :: begins with it.
- `FIELD:~PATTERN`, `FIELD:/PATTERN/`, `FIELD:/PATTERN/i` :: matches the regular expression; with `i` in any case. Known are `.`, `[a-z]`, `\d`, `\w`, `\s`, `\b`, `^`, `$`, `( )`, `|`, `*`, `+`, `?` and `{m,n}`.
- `FIELD:>VALUE`, `>=`, `<`, `<=` :: more, not less, less, not more.
- `FIELD:A..B`, `FIELD:A..`, `FIELD:..B` :: between the two, both of them included; from A on; up to B.

# VALUES BY TYPE
- text :: a word, or several in quotation marks. `name:'Acme Corp'` as one word of the command line needs no others.
- e-mail address :: a part of it, or with `=` the whole.
- telephone number :: digits in a row; in `phones`, seven and more find the number however it was written.
- integer, percent :: `100`, `10k`, `5..10`.
- length of time :: `12min`, `2h..`, `..10bd`; a month counts as 30.4 days.
- money :: `10k..`, `500EUR`. Amounts are compared in the currency of the record; a currency in the value selects it, too.
- yes and no :: `yes`, `no`; an empty one is no.
- date, moment :: anything of crm-dates(7); a word that covers several days, such as `2026-Q4`, means all of them.
- birthday :: a day or a range without a year, `today..+7d`, or with one.
- choice :: one of its words, without regard to case, blanks and hyphens.
- link :: the name of the record or its id; `me` for a user; `none` and `any`.

# PATHS
A path leads over links to a field of another record.

- `account.industry` :: a field of the record that a link names.
- `account` :: the linked record itself, by name or id: `account:acme`, `account:a3`.
- `billing_address.city` :: a part of an address: street, postcode, city, region, country, type.
- `accounts.role` :: a field of the rows of a list; some row must fit.
- `about.contact.title` :: over a link to any noun: the noun comes next.
- `contact.title`, `contacts.title` :: the other way: records of a noun that lead here. Singular and plural are the same. Some of them must fit.
- `reports`, `subsidiaries` :: the other way of a link that has its own word for it.
- `id`, `uid` :: the record itself.

A path leads over current links only: rows whose last day (`until`) has passed are left out.
Two conditions on one path may be met by two different records.
- `every(CONDITION)` :: all records of the path fit; also when there are none.
- `count(PATH):N` :: as many records: `count(contacts):>2`, `count(contacts):0`.

)text";

constexpr std::string_view ending = R"text(
# SEGMENTS
A segment is a query with a name, asked anew whenever it is used:

    crm segment save hot --on deal 'is:open amount:10k..'
    crm deal list @hot -s -amount
    crm account list deal:@hot

Segments may call each other; one that would contain itself is refused, and one that is gone is an error, never an empty result.
`crm segment freeze` keeps what one finds now as a fixed list, `crm segment diff` compares two.
`crm query explain` shows what any query means, the days its words stand for, its SQL and the index that serves it.
# EXIT STATUS
0, also when nothing is found; with `-e` 1 then.
2 when the query is wrong.
See crm-exit(7).
# EXAMPLES
    # who works at Acme
    crm contact list account:acme
    # the heads of sales, without those who are tagged
    crm contact list 'title:"head of sales" -+unsubscribed'
    # either of two tags
    crm contact list '+vip or +partner'
    # neither address nor number
    crm contact list email:none phone:none
    # people in larger companies of an industry
    crm contact list account.industry:software account.employees:100..
    # one of several words of a set
    crm account list 'type:(customer,partner)'
    # companies in London, or without a place
    crm account list billing_address.city:london
    crm account list 'billing_address.city:(london,none)'
    # companies where somebody decides
    crm account list 'contact.title:chief'
    # companies where everybody has an address, and there is somebody
    crm account list 'every(contacts.email:any) count(contacts):>=1'
    # companies with more than two contacts
    crm account list 'count(contacts):>2'
    # names that begin so, or match a pattern
    crm contact list 'name:^ada'
    crm contact list 'name:/^a.*e$/i'
    # entered in the last week, oldest first
    crm contact list 'created_at:-7d..' -s created_at
    # birthdays of the next seven days
    crm contact list birthday:today..+7d
    # whose boss is at Acme
    crm contact list reports_to.account:acme
    # notes about somebody with a certain title
    crm note list about.contact.title:cto
    # everything of mine that has no tag
    crm contact list is:mine is:untagged
    # a number in any notation
    crm contact list 'phones:020 7946 0958'
    # the word anywhere in the record
    crm contact list mathematics
# SEE ALSO
@ .Xr crm 1 ,
@ .Xr crm-dates 7 ,
@ .Xr crm-formats 7
)text";

}  // namespace

Page query_page(const meta::Model& model) {
    Page page{"crm-query", 7, "which records are meant", std::string(beginning)};
    std::string& out = page.text;
    out += "# WORDS OF IS\n";
    for (const meta::Entity& e : model.entities()) {
        for (const std::string& word : query::is_words(e)) {
            const bool general =
                std::ranges::all_of(model.entities(), [&](const meta::Entity& other) {
                    return query::is_meaning(other, word) == query::is_meaning(e, word);
                });
            if (!general || &e == model.entities().data())
                out += fmt::format("- `is:{}` of {} :: the same as `{}`.\n", word,
                                   general ? "every noun" : std::string(e.plural),
                                   query::is_meaning(e, word));
        }
    }
    out +=
        "\n# PATHS OF EACH NOUN\nFields are listed by `crm fields NOUN` and on the pages of the "
        "nouns. Other records are reached like this:\n\n";
    for (const meta::Entity& e : model.entities()) {
        std::string links, back;
        for (const meta::FieldInfo& field : e.fields()) {
            if (field.type() != meta::Type::link && field.type() != meta::Type::rows)
                continue;
            const meta::Entity* to =
                field.type() == meta::Type::link ? field.to : field.rows.front().to;
            links += fmt::format("{}`{}` ({})", links.empty() ? "" : ", ", field.name(),
                                 to == nullptr ? "any noun" : std::string(to->noun));
        }
        for (const std::string& word : query::path_words({&e}, model))
            if (word != "is" && word != "id" && word != "uid" && e.find(word) == nullptr)
                back += fmt::format("{}`{}`", back.empty() ? "" : ", ", word);
        out += fmt::format("- `{}` :: {}{}.\n", e.noun, links,
                           back.empty() ? "" : "; the other way " + back);
    }
    out += ending;
    return page;
}

Page dates_page() {
    return {"crm-dates", 7, "dates, moments and money as they are typed", R"text(# DESCRIPTION
Dates are typed in fields, in queries and with `--now`.
Capitals do not count.
# DAYS AND PERIODS
- `2026-11-30` :: a day.
- `2026-11`, `2026-Q4`, `2026-W48`, `2026` :: a month, quarter, ISO week or year: all its days in a query, the first of them in a field.
- `today`, `tomorrow`, `yesterday`, `now` :: by the clock and the time zone of `TZ`.
- `mon` ... `sun` :: the coming one, today included. Whole names will do as well.
- `next fri`, `last fri`, `this fri` :: the one after today, the one before, the one of this week.
- `next week`, `last month`, `this quarter` :: a whole day, week, month, quarter or year.
- `sow`, `som`, `soq`, `soy` :: the first day of this week, month, quarter or year; weeks begin on Monday.
- `eow`, `eom`, `eoq`, `eoy` :: the last day of them.
- `+3d`, `-2w` :: from today. The units are `d`, `bd` (business days), `w`, `mo`, `q` and `y`; for moments also `min` and `h`.
- `eom -2d`, `next mon +1w` :: offsets after a date.
- `in 2 weeks`, `3 days ago` :: the same in words.

Months, quarters and years keep the day where they can: a month after 31 January is the last of February.

`03/04/26` could be two days and is refused with both.
`30.11.2026` has one reading and is taken.
In an import `--dates` tells the order.
# MOMENTS
A date and a time, `2026-11-30 09:00`, `tomorrow 9:30pm` or `2026-11-30T09:00:00+01:00`.
A zone may follow: `Z`, `+01:00`, `Europe/Berlin`; otherwise it is that of `TZ`.
A date alone is its beginning, and `eod` the end of today.
Moments are stored in UTC.
# BIRTHDAYS
A day that is written out, or `--03-07` where the year is not known.
Words such as `today` are for queries.
# RANGES
In a query `A..B` has both ends in it, and either may be left out: `..eom`, `-7d..`.
# MONEY
`1200`, `1,200.50`, `1.200,50`, `10k`, `2.5M`, `99.50USD`, `10kEUR`.
An amount without a currency has that of the store (`crm init --currency`).
`1,200` alone could be two amounts and is refused.
# EXAMPLES
    crm contact list 'created_at:last month'
    crm contact list created_at:2026-Q4
    crm --now 2026-11-30 contact list created_at:today
# SEE ALSO
@ .Xr crm 1 ,
@ .Xr crm-query 7
)text"};
}

}  // namespace crm::cmd
