#include "engine/modeling/edit.h"
#include "widgets/designer/advice_help.h"
#include "widgets/designer/model_panels.h"
#include "widgets/studio/text.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/small_widgets.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

#include <algorithm>

namespace views {

using namespace engine::modeling;
using theme::Ink;
using theme::Type;

namespace {

/// Long names of tables may break after each underscore: a narrow dock cuts them otherwise.
QString breakable(const QString& sentence)
{
    return sentence.toHtmlEscaped().replace(u'_', QStringLiteral("_&#8203;"));
}

/// One finding with its fix. It is kept from one refresh to the next: sixty of them made anew after
/// each edit would be the most expensive part of the window.
class CheckRow final : public QWidget {
public:
    CheckRow() : m_icon(new QLabel), m_label(new QLabel), m_fix(new QPushButton)
    {
        auto* line = new QHBoxLayout(this);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(8);
        m_icon->setAlignment(Qt::AlignTop);
        line->addWidget(m_icon, 0, Qt::AlignTop);
        auto* column = new QVBoxLayout;
        column->setSpacing(1);
        m_label->setWordWrap(true);
        // As wide as the dock leaves it: its own least width does not know of the zero-width
        // spaces.
        m_label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        m_label->setTextInteractionFlags(Qt::LinksAccessibleByMouse |
                                         Qt::LinksAccessibleByKeyboard);
        column->addWidget(m_label);
        m_fix->setProperty("link", true);
        // A long name of a strategy must not widen every row past the dock.
        m_fix->setMinimumWidth(40);
        m_fix->hide();
        column->addWidget(m_fix, 0, Qt::AlignLeft);
        line->addLayout(column, 1);
    }
    [[nodiscard]] QLabel* label() const { return m_label; }
    [[nodiscard]] QPushButton* fixButton() const { return m_fix; }
    [[nodiscard]] const Finding& finding() const { return m_finding; }

    void show(const theme::Theme& theme, const Finding& finding)
    {
        const QString html =
            QStringLiteral("<a href=\"go\" style=\"color:%1;text-decoration:none\">%2</a> "
                           "<a href=\"why\" style=\"color:%3;text-decoration:none\">%4</a>")
                .arg(theme.tokens().text.name(), breakable(studio::text(finding.sentence)),
                     theme.tokens().accent.name(), ChecksPanel::tr("Why?"));
        if (m_label->text() != html || m_finding.severity != finding.severity) {
            const Ink ink = finding.severity == Severity::Error     ? Ink::Error
                            : finding.severity == Severity::Warning ? Ink::Warning
                                                                    : Ink::Text2;
            m_icon->setPixmap(theme::iconPixmap(finding.severity == Severity::Error     ? "circle-x"
                                                : finding.severity == Severity::Warning ? "alert"
                                                                                        : "info",
                                                theme.ink(ink), 15, devicePixelRatioF()));
            m_label->setText(html);
            m_label->setAccessibleName(studio::text(finding.sentence));
        }
        const QString tip =
            QStringLiteral("<p>%1</p>").arg(studio::text(finding.explanation).toHtmlEscaped());
        if (m_label->toolTip() != tip)
            m_label->setToolTip(tip);
        const bool fixable = !finding.fix.label.empty() && finding.fix.apply;
        if (const QString name = fixable ? studio::text(finding.fix.label) : QString();
            m_fix->text() != name) {
            m_fix->setText(name);
            m_fix->setToolTip(name);
            m_fix->setAccessibleName(name);
        }
        m_fix->setVisible(fixable);
        // Another place or another model behind the same words.
        m_finding = finding;
    }

private:
    QLabel* m_icon;
    QLabel* m_label;
    QPushButton* m_fix;
    Finding m_finding;
};

} // namespace

ChecksPanel::ChecksPanel(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_context(context),
      m_errors(new theme::Badge(theme)),
      m_warnings(new theme::Badge(theme)),
      m_body(new QWidget),
      m_rows(new QVBoxLayout(m_body)),
      m_empty(theme::makeLabel(tr("Nothing to object to."), Type::Body, "2"))
{
    setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* head = addHeadRow(layout, this);
    head->addWidget(m_errors);
    head->addWidget(m_warnings);
    head->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(tr("Checks"));
    m_body->setProperty("surface", "panel");
    m_rows->setContentsMargins(11, 6, 9, 8);
    m_rows->setSpacing(10);
    m_rows->addWidget(m_empty);
    m_rows->addStretch();
    scroll->setWidget(m_body);
    layout->addWidget(scroll);
    connect(&context, &studio::DesignContext::findingsChanged, this, &ChecksPanel::refresh);
    connect(&context, &studio::DesignContext::documentChanged, this, &ChecksPanel::refresh);
    connect(&theme, &theme::Theme::changed, this, &ChecksPanel::refresh);
    refresh();
}

QWidget* ChecksPanel::makeRow()
{
    auto* row = new CheckRow;
    connect(row->label(), &QLabel::linkActivated, this, [this, row](const QString& link) {
        const Finding& finding = row->finding();
        if (link == QLatin1String("why")) {
            AdviceHelp::openFor(m_theme, this, studio::text(finding.rule));
            return;
        }
        const ElementId at = finding.column != ElementId::None ? finding.column : finding.element;
        if (findQuery(m_context.model(), at) == nullptr &&
            m_context.stage() == studio::DesignStage::Conceptual &&
            (findTable(m_context.model(), at) || tableOfColumn(m_context.model(), at)))
            m_context.setStage(studio::DesignStage::Logical);
        m_context.reveal(at);
    });
    connect(row->fixButton(), &QPushButton::clicked, this, [this, row] {
        const Fix apply = row->finding().fix;
        m_context.edit(studio::text(apply.label), apply.apply);
    });
    return row;
}

void ChecksPanel::refresh()
{
    constexpr int kShownMax = 60;
    const auto& findings = m_context.findings()->findings;
    const int shown = std::min(kShownMax, static_cast<int>(findings.size()));
    for (; m_shown > shown; --m_shown) {
        QLayoutItem* item = m_rows->takeAt(m_shown - 1);
        delete item->widget();
        delete item;
    }
    for (; m_shown < shown; ++m_shown)
        m_rows->insertWidget(m_shown, makeRow());
    int errors = 0, warnings = 0, at = 0;
    for (const Finding& finding : findings) {
        errors += finding.severity == Severity::Error ? 1 : 0;
        warnings += finding.severity == Severity::Warning ? 1 : 0;
        if (at < shown)
            static_cast<CheckRow*>(m_rows->itemAt(at++)->widget())->show(m_theme, finding);
    }
    m_empty->setVisible(findings.empty());
    m_errors->set(errors > 0 ? tr("%n error(s)", nullptr, errors) : QString(), Ink::Error);
    m_warnings->set(warnings > 0 ? tr("%n warning(s)", nullptr, warnings) : QString(),
                    Ink::Warning);
}

} // namespace views
