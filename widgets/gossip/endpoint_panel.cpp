#include "widgets/gossip/endpoint_panel.h"

#include "widgets/studio/session.h"
#include "widgets/theme/small_widgets.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPainter>
#include <QStackedLayout>
#include <QTableWidget>

#include <numeric>

namespace views {

/// The latest heartbeat intervals as bars; the mean dashed.
class EndpointPanel::Intervals : public QWidget {
public:
    Intervals(const theme::Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
    {
        setFixedHeight(76);
        setAccessibleName(EndpointPanel::tr("Heartbeat intervals"));
    }
    void set(std::vector<float> values, int number)
    {
        m_values = std::move(values);
        m_number = number;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        if (m_values.empty())
            return;
        const auto& t = m_theme.tokens();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const float most = std::max(1500.0f, *std::max_element(m_values.begin(), m_values.end()));
        const float mean = std::accumulate(m_values.begin(), m_values.end(), 0.0f) /
                           static_cast<float>(m_values.size());
        const double step =
            static_cast<double>(width()) / std::max<std::size_t>(12, m_values.size());
        painter.setPen(Qt::NoPen);
        for (std::size_t i = 0; i < m_values.size(); ++i) {
            const double tall = m_values[i] / most * (height() - 14);
            painter.setBrush(m_values[i] > 2 * mean ? t.error : t.node(m_number));
            painter.drawRoundedRect(
                QRectF(static_cast<double>(i) * step, height() - tall, step * 0.7, tall), 1, 1);
        }
        const double y = height() - mean / most * (height() - 14);
        painter.setPen(QPen(t.text3, 1, Qt::DashLine));
        painter.drawLine(QPointF(0, y), QPointF(width(), y));
        painter.setFont(theme::typeFont(theme::Type::Small));
        const QString text = EndpointPanel::tr("%1 s").arg(QLocale().toString(mean / 1000, 'f', 2));
        QRectF place = painter.fontMetrics().boundingRect(text);
        place.moveBottomLeft(QPointF(0, y - 2));
        // A bar of a long interval reaches behind it.
        painter.fillRect(place.adjusted(0, 0, 4, 0), t.panel);
        painter.setPen(t.text2);
        painter.drawText(place, Qt::AlignCenter, text);
    }

private:
    const theme::Theme& m_theme;
    std::vector<float> m_values;
    int m_number = 1;
};

EndpointPanel::EndpointPanel(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_stack(new QStackedLayout(this)),
      m_observerDot(new theme::NodeDot(theme, 24)),
      m_subjectDot(new theme::NodeDot(theme, 24)),
      m_title(theme::makeLabel({}, theme::Type::Heading)),
      m_badge(new theme::Badge(theme)),
      m_states(new QTableWidget(0, 3)),
      m_intervals(new Intervals(theme, this))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* page = new QWidget;
    page->setProperty("surface", "panel");
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, theme::kSpace3, 0, theme::kSpace3);
    layout->setSpacing(theme::kSpace2);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(theme::kSpace3, 0, theme::kSpace3, 0);
    head->setSpacing(theme::kSpace2);
    head->addWidget(m_observerDot);
    head->addWidget(theme::makeLabel(tr("sees"), theme::Type::Label, "2"));
    head->addWidget(m_subjectDot);
    head->addWidget(m_title);
    head->addWidget(m_badge);
    head->addStretch(1);
    layout->addLayout(head);
    auto* facts = new QGridLayout;
    facts->setContentsMargins(theme::kSpace3, theme::kSpace1, theme::kSpace3, theme::kSpace1);
    facts->setHorizontalSpacing(theme::kSpace4);
    facts->setVerticalSpacing(6);
    facts->setColumnStretch(1, 1);
    const auto fact = [facts](const QString& name) {
        const int row = facts->rowCount();
        facts->addWidget(theme::makeLabel(name, theme::Type::Body, "2"), row, 0);
        auto* value = theme::makeLabel({}, theme::Type::Body);
        value->setAccessibleName(name);
        facts->addWidget(value, row, 1);
        return value;
    };
    m_phi = fact(tr("phi"));
    m_generation = fact(tr("Generation"));
    m_version = fact(tr("Heartbeat version"));
    m_mean = fact(tr("Mean interval"));
    layout->addLayout(facts);
    auto* title = theme::makeLabel(tr("Application states"), theme::Type::Emphasis);
    auto* titleRow = new QHBoxLayout;
    titleRow->setContentsMargins(theme::kSpace3, theme::kSpace1, theme::kSpace3, 0);
    titleRow->addWidget(title);
    layout->addLayout(titleRow);
    m_states->setHorizontalHeaderLabels({tr("State"), tr("Value"), tr("v")});
    m_states->setAccessibleName(title->text());
    m_states->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_states->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_states->setShowGrid(false);
    m_states->setTabKeyNavigation(false);
    m_states->setWordWrap(false);
    m_states->verticalHeader()->hide();
    m_states->verticalHeader()->setDefaultSectionSize(theme::kTableRow);
    m_states->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_states->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_states->setColumnWidth(0, 128);
    m_states->setColumnWidth(2, 44);
    layout->addWidget(m_states, 1);
    auto* bars = new QVBoxLayout;
    bars->setContentsMargins(theme::kSpace3, theme::kSpace2, theme::kSpace3, 0);
    m_intervalsTitle = theme::makeLabel(tr("Heartbeat intervals"), theme::Type::Emphasis);
    bars->addWidget(m_intervalsTitle);
    bars->addWidget(m_intervals);
    layout->addLayout(bars);
    m_stack->addWidget(page);
    auto* empty = theme::makeLabel(
        tr("Select a cell of the matrix to see all that one node knows of another."),
        theme::Type::Body, "2");
    empty->setWordWrap(true);
    empty->setAlignment(Qt::AlignCenter);
    empty->setMargin(theme::kSpace4);
    m_stack->addWidget(empty);
    setFocusProxy(m_states);
    connect(&session, &studio::Session::sourceChanged, this, &EndpointPanel::attach);
    attach();
}

void EndpointPanel::attach()
{
    m_observer = m_subject = -1;
    if (auto* source = m_session.source())
        connect(source, &studio::ClusterSource::gossipChanged, this, &EndpointPanel::reload,
                Qt::UniqueConnection);
    reload();
}

void EndpointPanel::showPair(int observer, int subject)
{
    m_observer = observer;
    m_subject = subject;
    reload();
}

void EndpointPanel::reload()
{
    const auto* source = m_session.source();
    const studio::EndpointView* view =
        source && m_observer >= 0 ? source->gossip().find(m_observer, m_subject) : nullptr;
    m_stack->setCurrentIndex(view ? 0 : 1);
    if (!view)
        return;
    const auto& nodes = source->topology().nodes;
    const auto& observer = nodes[static_cast<std::size_t>(m_observer)];
    const auto& subject = nodes[static_cast<std::size_t>(m_subject)];
    const double threshold = source->gossip().phiThreshold;
    m_observerDot->set(observer.number, false, observer.name);
    m_subjectDot->set(subject.number, !view->alive, subject.name);
    m_title->setText(view->isSelf() ? tr("%1, itself").arg(observer.name)
                                    : tr("%1 sees %2").arg(observer.name, subject.name));
    if (view->isSelf())
        m_badge->set({}, theme::Ink::Text2);
    else if (!view->alive)
        m_badge->set(tr("DOWN"), theme::Ink::Error);
    else if (view->phi && *view->phi >= threshold / 2)
        m_badge->set(tr("suspect"), theme::Ink::Warning);
    else
        m_badge->set(tr("alive"), theme::Ink::Success);
    m_phi->setText(view->phi
                       ? tr("%1 of %2").arg(QLocale().toString(*view->phi, 'f', 2)).arg(threshold)
                       : QStringLiteral("–"));
    m_generation->setText(QString::number(view->generation));
    m_version->setText(QString::number(view->version));
    if (view->intervalsMs.empty()) {
        m_mean->setText(QStringLiteral("–"));
    } else {
        const float mean =
            std::accumulate(view->intervalsMs.begin(), view->intervalsMs.end(), 0.0f) /
            static_cast<float>(view->intervalsMs.size());
        m_mean->setText(
            tr("%1 s over the last %n", nullptr, static_cast<int>(view->intervalsMs.size()))
                .arg(QLocale().toString(mean / 1000, 'f', 2)));
    }
    // Not every source tells the intervals; then there is nothing to head.
    m_intervalsTitle->setVisible(!view->intervalsMs.empty());
    m_intervals->setVisible(!view->intervalsMs.empty());
    m_intervals->set(view->intervalsMs, subject.number);
    m_states->setRowCount(static_cast<int>(view->states.size()));
    int row = 0;
    for (const studio::ApplicationState& state : view->states) {
        const QStringList texts{state.name, state.value, QString::number(state.version)};
        for (int column = 0; column < 3; ++column) {
            auto* item = m_states->item(row, column);
            if (!item) {
                item = new QTableWidgetItem;
                m_states->setItem(row, column, item);
            }
            item->setText(texts[column]);
            item->setToolTip(texts[column]);
        }
        ++row;
    }
}

} // namespace views
