#include "base/text.hpp"
#include "show/chart.hpp"

#include <fmt/format.h>

#include <algorithm>

/// Charts for a page. Positions are per cent of the picture and texts have the size of the page, so
/// that a narrow screen gets a narrow picture and not a small one.
namespace crm::show {
namespace {

/// A position in per cent.
Html position_per_cent(double part) {
    return escaped(fmt::format("{:.4g}%", part * 100));
}

void title_of_mark(const Chart& chart, const Series& series, std::size_t at, Html& out) {
    out += "<title>";
    if (!series.name.empty())
        out += escaped(series.name + ", ");
    out += escaped(chart.labels[at] + ": " + series.texts[at]);
    out += "</title>";
}

void class_of(std::size_t series, Html& out) {
    out += "s";
    out += Html(series % 5);
}

/// The name of the picture and what it shows, for those who do not see it.
void describe(const Chart& chart, std::string_view id, Html& out) {
    out += " role=\"img\" aria-labelledby=\"";
    out += escaped(id);
    out += "\"><title id=\"";
    out += escaped(id);
    out += "\">";
    out += escaped(text::visible(chart.title));
    out += "</title><desc>";
    const std::string last = chart.labels.size() > 1 ? " to " + chart.labels.back() : "";
    out += escaped(fmt::format("{} {}, {}{}", chart.labels.size(),
                               chart.kind == ChartKind::bar ? "bars" : "places",
                               chart.labels.front(), last));
    out += "</desc>\n";
}

constexpr int bar_step = 26;    // from one bar to the next
constexpr int bar_height = 18;  // of a bar
constexpr int scale_height = 20;

void bar_scale(const Chart& chart, int height, Html& out) {
    const std::vector<double> marks = chart.axis.marks();
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const Html place = position_per_cent(chart.axis.place(marks[i]));
        if (std::abs(marks[i]) < chart.axis.step / 2)
            out += "<line class=\"zero\" x1=\"";
        else
            out += "<line class=\"grid\" x1=\"";
        out += place;
        out += "\" x2=\"";
        out += place;
        out += "\" y2=\"";
        out += Html(height);
        out += "\"/><text class=\"mark\" y=\"";
        out += Html(height + 14);
        out += "\" x=\"";
        out += place;
        if (i == 0)
            out += "\">";
        else if (i + 1 == marks.size())
            out += "\" text-anchor=\"end\">";
        else
            out += "\" text-anchor=\"middle\">";
        out += escaped(mark_text(chart, marks[i]));
        out += "</text>\n";
    }
}

/// The figure stands behind its bar, or in it where there is no room behind.
void bar_text(const Chart& chart, std::size_t row, double from, double to, int y, Html& out) {
    constexpr double full = 0.68;
    const bool below = chart.series[0].values[row].value_or(0) < 0;
    const double end = below ? 1 - from : to;
    const bool inside = end > full && to - from > 0.3;
    if (inside)
        out += "<text class=\"in\" x=\"";
    else
        out += "<text x=\"";
    out += position_per_cent(below ? from : to);
    if (inside == below)
        out += "\" dx=\"5\" y=\"";
    else
        out += "\" dx=\"-5\" text-anchor=\"end\" y=\"";
    out += Html(y + 13);
    out += "\">";
    out += escaped(chart.series[0].texts[row]);
    out += "</text>\n";
}

Html bars(const Chart& chart, std::string_view id) {
    constexpr int longest_label = 40;
    const int height = static_cast<int>(chart.labels.size()) * bar_step;
    const Series& series = chart.series[0];
    Html out("<svg width=\"100%\" height=\"");
    out += Html(height + scale_height);
    out += "\"";
    describe(chart, id, out);
    out += "<svg width=\"31%\">";
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        out += "<text y=\"";
        out += Html(static_cast<int>(i) * bar_step + 17);
        out += "\">";
        out += escaped(text::clipped(chart.labels[i], longest_label));
        out += "</text>";
    }
    out += "</svg>\n<svg x=\"33%\" width=\"67%\">\n";
    bar_scale(chart, height, out);
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        if (!series.values[i])
            continue;
        const double zero = chart.axis.place(0);
        const double value = chart.axis.place(*series.values[i]);
        const double from = std::min(zero, value), to = std::max(zero, value);
        const int y = static_cast<int>(i) * bar_step + 4;
        out += "<rect class=\"s0\" x=\"";
        out += position_per_cent(from);
        out += "\" y=\"";
        out += Html(y);
        out += "\" width=\"";
        out += position_per_cent(to - from);
        out += "\" height=\"";
        out += Html(bar_height);
        out += "\">";
        title_of_mark(chart, series, i, out);
        out += "</rect>";
        bar_text(chart, i, from, to, y, out);
    }
    out += "</svg></svg>";
    return out;
}

void plot_scale(const Chart& chart, Html& out) {
    for (const double mark : chart.axis.marks()) {
        const Html place = position_per_cent(1 - chart.axis.place(mark));
        if (std::abs(mark) < chart.axis.step / 2)
            out += "<line class=\"zero\" x2=\"100%\" y1=\"";
        else
            out += "<line class=\"grid\" x2=\"100%\" y1=\"";
        out += place;
        out += "\" y2=\"";
        out += place;
        out += "\"/><text class=\"mark\" x=\"-7\" dy=\"4\" text-anchor=\"end\" y=\"";
        out += place;
        out += "\">";
        out += escaped(mark_text(chart, mark));
        out += "</text>\n";
    }
}

/// Where a label's place is, 0 to 1: the middle of its part of the width.
double middle(const Chart& chart, std::size_t at) {
    return (double(at) + 0.5) / double(chart.labels.size());
}

/// As many labels as a telephone has room for.
void plot_labels(const Chart& chart, Html& out) {
    constexpr std::size_t most = 5;
    constexpr int longest = 12;
    const std::size_t every = (chart.labels.size() + most - 1) / most;
    for (std::size_t i = 0; i < chart.labels.size(); i += every) {
        out += "<text class=\"mark\" text-anchor=\"middle\" y=\"100%\" dy=\"17\" x=\"";
        out += position_per_cent(middle(chart, i));
        out += "\">";
        out += escaped(text::clipped(chart.labels[i], longest));
        out += "</text>";
    }
    out += "\n";
}

void columns(const Chart& chart, Html& out) {
    constexpr double gap = 0.24;  // of the width of a place
    const double place = 1 / double(chart.labels.size());
    const double width = place * (1 - gap) / double(chart.series.size());
    const double zero = 1 - chart.axis.place(0);
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
        const Series& series = chart.series[s];
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            if (!series.values[i])
                continue;
            const double value = 1 - chart.axis.place(*series.values[i]);
            out += "<rect class=\"";
            class_of(s, out);
            out += "\" x=\"";
            out += position_per_cent(place * (double(i) + gap / 2) + width * double(s));
            out += "\" y=\"";
            out += position_per_cent(std::min(value, zero));
            out += "\" width=\"";
            out += position_per_cent(width);
            out += "\" height=\"";
            out += position_per_cent(std::abs(value - zero));
            out += "\">";
            title_of_mark(chart, series, i, out);
            out += "</rect>\n";
        }
    }
}

/// The lines are drawn in a square that is stretched to the plot; strokes keep their width.
void draw_lines(const Chart& chart, Html& out) {
    out +=
        "<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 1000 1000\" "
        "preserveAspectRatio=\"none\">\n";
    const auto position = [&](std::size_t at, double value) {
        return escaped(fmt::format("{:.4g} {:.4g}", middle(chart, at) * 1000,
                                   (1 - chart.axis.place(value)) * 1000));
    };
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
        const Series& series = chart.series[s];
        out += "<path class=\"row ";
        class_of(s, out);
        out += "\" d=\"";
        bool drawn = false;
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            if (series.values[i]) {
                if (drawn)
                    out += "L";
                else
                    out += "M";
                out += position(i, *series.values[i]);
            }
            drawn = series.values[i].has_value();
        }
        out += "\"/>\n";
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            if (!series.values[i])
                continue;
            out += "<path class=\"dot ";
            class_of(s, out);
            out += "\" d=\"M";
            out += position(i, *series.values[i]);
            out += "h0\">";
            title_of_mark(chart, series, i, out);
            out += "</path>\n";
        }
    }
    out += "</svg>\n";
}

/// The names of the series at the right, each as near to the end of its line as the others allow.
void series_names(const Chart& chart, Html& out) {
    constexpr double least_distance = 0.085;
    constexpr int longest = 14;
    struct Name {
        std::size_t series;
        double place;
    };
    std::vector<Name> names;
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
        double last = 0;
        for (const auto& value : chart.series[s].values)
            last = value.value_or(last);
        names.push_back({s, 1 - chart.axis.place(last)});
    }
    std::ranges::stable_sort(names, {}, &Name::place);
    double floor = 0;
    for (Name& name : names) {
        name.place = std::max(name.place, floor);
        floor = name.place + least_distance;
    }
    double ceiling = 1;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        name->place = std::min(name->place, ceiling);
        ceiling = name->place - least_distance;
    }
    for (const Name& name : names) {
        out += "<text x=\"100%\" dx=\"8\" dy=\"4\" y=\"";
        out += position_per_cent(name.place);
        out += "\"><tspan class=\"";
        class_of(name.series, out);
        out += "\">■</tspan> ";
        out += escaped(text::clipped(chart.series[name.series].name, longest));
        out += "</text>\n";
    }
}

}  // namespace

Html chart_svg(const Chart& chart, std::string_view id) {
    if (chart.kind == ChartKind::bar)
        return bars(chart, id);
    Html out;
    if (chart.series.size() > 1)
        out += "<svg class=\"plot many\"";
    else
        out += "<svg class=\"plot\"";
    describe(chart, id, out);
    plot_scale(chart, out);
    plot_labels(chart, out);
    if (chart.kind == ChartKind::line)
        draw_lines(chart, out);
    else
        columns(chart, out);
    if (chart.series.size() > 1)
        series_names(chart, out);
    out += "</svg>";
    return out;
}

}  // namespace crm::show
