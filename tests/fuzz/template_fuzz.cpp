#include "base/text.hpp"
#include "mail/template.hpp"
#include "show/writer.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace crm;

namespace {

/// A template of mails: the input is the template and each of its values.
void fill_mail(std::string_view s) {
    try {
        const Template source(s, "fuzz");
        mail::Values values{{"list", {std::string(s), "{{x}}", "<b>"}}};
        for (const Template::Piece* piece : source.paths())
            values.emplace(piece->text, std::vector<std::string>{std::string(s)});
        const std::string plain = source.filled(values);
        const mail::MarkdownTemplate mail(source);
        const std::string html = mail.html(values), shown = mail.text(values);
        if (html.find("<script") != html.npos ||
            (text::valid(s) && !(text::valid(plain) && text::valid(html) && text::valid(shown))))
            std::abort();
    } catch (const Error&) {
    }
}

}  // namespace

/// The input is both the template and the value: nothing of a value may be read as a template.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view s(reinterpret_cast<const char*>(data), size);
    fill_mail(s);
    const show::Column columns[] = {{"id", nullptr}, {"name", nullptr}};
    const View values[] = {View(s), View(std::string_view("{{id}}"))};
    const show::Cells row[] = {show::Cells(values, 1), show::Cells(values + 1, 1)};
    std::string out;
    show::Sink sink([&](std::string_view piece) { out += piece; });
    const show::Style style{.person = true, .width = 30};
    if (const auto writer = show::template_writer(s, columns, style, sink)) {
        (*writer)->row(row);
        (*writer)->end();
    }
    for (const auto format : {show::Format::table, show::Format::tsv, show::Format::csv,
                              show::Format::json, show::Format::md, show::Format::mutt}) {
        out.clear();
        const auto writer = show::writer(format, columns, style, sink);
        writer->row(row);
        writer->end();
        if (format != show::Format::json && out.find('\x1b') != out.npos)
            std::abort();
    }
    return 0;
}
