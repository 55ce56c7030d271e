#include "widgets/start/start_page.h"

#include "widgets/start/connect_dialog.h"
#include "widgets/start/create_dialog.h"
#include "widgets/start/recent_list.h"
#include "widgets/studio/format.h"
#include "widgets/theme/small_widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace views {

using studio::ClusterCatalog;
using studio::ClusterKind;
using theme::Ink;
using theme::Type;

namespace {

/// A square with an icon on a quiet ground of the same hue.
class IconTile final : public QWidget {
public:
    IconTile(const theme::Theme& theme, QString icon, Ink ink, QWidget* parent)
        : QWidget(parent), m_theme(theme), m_icon(std::move(icon)), m_ink(ink)
    {
        setFixedSize(36, 36);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.tokens().soft(m_theme.ink(m_ink)));
        painter.drawRoundedRect(rect(), 6, 6);
        painter.drawPixmap(8, 8,
                           theme::iconPixmap(m_icon, m_theme.ink(m_ink), 20, devicePixelRatioF()));
    }

private:
    const theme::Theme& m_theme;
    QString m_icon;
    Ink m_ink;
};

QFrame* makeCard(QWidget* parent)
{
    auto* card = new QFrame(parent);
    card->setProperty("card", true);
    return card;
}

} // namespace

StartPage::StartPage(const theme::Theme& theme, ClusterCatalog& catalog,
                     studio::Setting<QStringList>& files, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_catalog(catalog)
{
    setProperty("surface", "window");
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Start page"));

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget(scroll);
    content->setProperty("surface", "window");
    scroll->setWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);

    auto* column = new QWidget(content);
    column->setMaximumWidth(1280);
    auto* centre = new QHBoxLayout(content);
    centre->setContentsMargins(theme::kSpace5, theme::kSpace6, theme::kSpace5, theme::kSpace4);
    centre->addStretch(1);
    centre->addWidget(column, 20);
    centre->addStretch(1);

    auto* rows = new QVBoxLayout(column);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(theme::kSpace4);
    rows->addWidget(buildHeader());
    rows->addSpacing(theme::kSpace1);
    rows->addWidget(buildCards());
    rows->addWidget(buildProgress());
    rows->addWidget(buildRecent(files));
    rows->addStretch(1);
    rows->addWidget(buildKeys());

    connect(&catalog, &ClusterCatalog::startProgress, this, &StartPage::showProgress);
    connect(&catalog, &ClusterCatalog::openFailed, this,
            [this](const QString&, const QString& text) {
                ClusterCatalog::StartProgress failed;
                failed.name = tr("The cluster could not be opened");
                failed.finished = true;
                failed.problem = text;
                showProgress(failed);
            });
    connect(&catalog, &ClusterCatalog::credentialsWanted, this,
            [this](const QString&, const studio::RemoteAddress& address, const QString& text) {
                askCredentials(address, text);
            });
    setFocusProxy(m_start);
}

QWidget* StartPage::buildHeader()
{
    auto* header = new QWidget(this);
    auto* mark = new QLabel(header);
    mark->setPixmap(QIcon(QStringLiteral(":/icons/ringwright.svg")).pixmap(40, 40));
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(theme::makeLabel(tr("What do you want to work on?"), Type::PageTitle));
    auto* second =
        theme::makeLabel(tr("Local clusters and models work without a network."), Type::Body, "2");
    texts->addWidget(second);
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kSpace4);
    layout->addWidget(mark, 0, Qt::AlignVCenter);
    layout->addLayout(texts, 1);
    return header;
}

QWidget* StartPage::buildCards()
{
    auto* cards = new QWidget(this);
    auto* row = new QHBoxLayout(cards);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::kSpace4);
    const auto addCard = [&](const QString& icon, Ink ink, const QString& title,
                             const QString& text) {
        QFrame* card = makeCard(cards);
        auto* layout = new QVBoxLayout(card);
        layout->setContentsMargins(18, 18, 18, 16);
        layout->setSpacing(theme::kSpace2);
        layout->addWidget(new IconTile(m_theme, icon, ink, card));
        layout->addSpacing(theme::kSpace1);
        layout->addWidget(theme::makeLabel(title, Type::Heading, nullptr, card));
        auto* body = theme::makeLabel(text, Type::Body, "2", card);
        body->setWordWrap(true);
        body->setAlignment(Qt::AlignTop);
        layout->addWidget(body, 1);
        auto* buttons = new QHBoxLayout;
        buttons->setSpacing(theme::kSpace2);
        layout->addSpacing(theme::kSpace1);
        layout->addLayout(buttons);
        row->addWidget(card, 1);
        return buttons;
    };

    QHBoxLayout* local = addCard(
        QStringLiteral("box"), Ink::Bundled, tr("Start a local cluster"),
        tr("Three node processes on 127.0.0.1 to 127.0.0.3, with the hotel keyspaces and their "
           "data."));
    m_start = theme::makeButton(m_theme, QStringLiteral("play"), tr("Start 3 nodes"), true);
    m_start->setAccessibleDescription(
        tr("Starts the cluster workshop with three nodes and loads the sample"));
    connect(m_start, &QPushButton::clicked, this, &StartPage::startWorkshop);
    m_replication = new QComboBox;
    for (int rf = 3; rf >= 1; --rf)
        m_replication->addItem(tr("RF %1").arg(rf), rf);
    m_replication->setAccessibleName(tr("Replication factor of the sample's keyspaces"));
    m_replication->setToolTip(m_replication->accessibleName());
    auto* more = theme::makeButton(m_theme, {}, tr("More…"));
    more->setToolTip(tr("Name, nodes, data centres, vnodes, replication, sample"));
    connect(more, &QPushButton::clicked, this, &StartPage::showMore);
    local->addWidget(m_start);
    local->addWidget(m_replication);
    local->addWidget(more);
    local->addStretch(1);

    QHBoxLayout* remote =
        addCard(QStringLiteral("cloud"), Ink::Remote, tr("Connect"),
                tr("Apache Cassandra 5.0 over CQL. Metrics, gossip and repair need Jolokia on the "
                   "nodes. Other versions and ScyllaDB connect too, untested."));
    auto* connectButton = theme::makeButton(m_theme, QStringLiteral("plug"), tr("Connect…"));
    connect(connectButton, &QPushButton::clicked, this, &StartPage::showConnect);
    remote->addWidget(connectButton);
    remote->addStretch(1);

    QHBoxLayout* design =
        addCard(QStringLiteral("workflow"), Ink::Accent, tr("Design a data model"),
                tr("Draw entities and queries, get tables, partition sizes and "
                   "CQL. Samples show the whole way."));
    auto* newModel = theme::makeButton(m_theme, QStringLiteral("plus"), tr("New model"));
    connect(newModel, &QPushButton::clicked, this, &StartPage::newModelRequested);
    auto* openModel = theme::makeButton(m_theme, QStringLiteral("folder-open"), tr("Open…"));
    openModel->setAccessibleName(tr("Open a model"));
    openModel->setToolTip(tr("Your models, the samples, or a file"));
    connect(openModel, &QPushButton::clicked, this, &StartPage::openModelRequested);
    design->addWidget(newModel);
    design->addWidget(openModel);
    design->addStretch(1);
    return cards;
}

QWidget* StartPage::buildProgress()
{
    m_progress = makeCard(this);
    auto* layout = new QHBoxLayout(m_progress);
    layout->setContentsMargins(theme::kSpace4, theme::kSpace3, theme::kSpace4, theme::kSpace3);
    layout->setSpacing(theme::kSpace3);
    m_dots = new QWidget(m_progress);
    auto* dots = new QHBoxLayout(m_dots);
    dots->setContentsMargins(0, 0, 0, 0);
    dots->setSpacing(5);
    m_progressTitle = theme::makeLabel({}, Type::Emphasis);
    m_progressText = theme::makeLabel({}, Type::Body, "2");
    m_progressText->setWordWrap(true);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(m_progressTitle);
    texts->addWidget(m_progressText);
    m_progressBar = new QProgressBar(m_progress);
    m_progressBar->setTextVisible(false);
    m_progressBar->setFixedWidth(180);
    m_progressTime = theme::makeLabel({}, Type::Label, "2");
    m_progressTime->setMinimumWidth(44);
    m_cancel = theme::makeButton(m_theme, {}, tr("Cancel"));
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_startingId.isEmpty())
            m_progress->hide();
        else
            m_catalog.cancelStart(m_startingId);
    });
    layout->addWidget(m_dots);
    layout->addLayout(texts, 1);
    layout->addWidget(m_progressBar);
    layout->addWidget(m_progressTime);
    layout->addWidget(m_cancel);
    m_progress->hide();
    return m_progress;
}

QWidget* StartPage::buildRecent(studio::Setting<QStringList>& files)
{
    QFrame* card = makeCard(this);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(0, 0, 0, theme::kSpace1);
    layout->setSpacing(0);
    auto* title = theme::makeLabel(tr("Recent"), Type::Heading);
    title->setContentsMargins(theme::kSpace4, theme::kSpace3, theme::kSpace4, theme::kSpace3);
    layout->addWidget(title);
    auto* list = new RecentList(m_theme, m_catalog, files);
    connect(list, &RecentList::fileRequested, this, &StartPage::openFileRequested);
    layout->addWidget(list);
    return card;
}

QWidget* StartPage::buildKeys()
{
    auto* keys = new QWidget(this);
    auto* layout = new QHBoxLayout(keys);
    layout->setContentsMargins(0, theme::kSpace2, 0, 0);
    layout->setSpacing(theme::kSpace2);
    const QList<std::pair<QString, QString>> shown = {
        {tr("Go to anything"), QStringLiteral("Ctrl+K")},
        {tr("Run statement"), QStringLiteral("Ctrl+Enter")},
    };
    for (const auto& [text, key] : shown) {
        layout->addWidget(theme::makeLabel(text, Type::Label, "2"));
        auto* cap = new QLabel(key);
        cap->setProperty("keycap", true);
        layout->addWidget(cap);
        layout->addSpacing(theme::kSpace4);
    }
    layout->addStretch(1);
    m_showAtStart = new QCheckBox(tr("Show at start"));
    m_showAtStart->setChecked(true);
    layout->addWidget(m_showAtStart);
    return keys;
}

void StartPage::showProgress(const ClusterCatalog::StartProgress& progress)
{
    const bool failed = !progress.problem.isEmpty();
    if (progress.finished && !failed) {
        m_progress->hide();
        m_startingId.clear();
        m_start->setEnabled(true);
        return;
    }
    m_startingId = progress.finished ? QString() : progress.id;
    m_start->setEnabled(progress.finished);
    while (m_dotList.size() < progress.nodeCount) {
        auto* dot = new theme::NodeDot(m_theme, 24, m_dots);
        m_dots->layout()->addWidget(dot);
        m_dotList.append(dot);
    }
    for (int i = 0; i < m_dotList.size(); ++i) {
        const bool ready = i < progress.readyCount;
        m_dotList[i]->setVisible(i < progress.nodeCount);
        m_dotList[i]->set(i + 1, !ready,
                          ready ? tr("Node %1 is ready").arg(i + 1)
                                : tr("Node %1 is starting").arg(i + 1));
    }
    m_progressTitle->setText(failed ? progress.name : tr("Starting %1").arg(progress.name));
    m_progressText->setText(failed ? progress.problem : progress.text);
    m_progressText->setProperty("tone", failed ? "error" : "2");
    m_progressText->style()->unpolish(m_progressText);
    m_progressText->style()->polish(m_progressText);
    m_progressBar->setVisible(!failed);
    m_progressBar->setValue(progress.percent);
    m_progressTime->setVisible(!failed);
    m_progressTime->setText(studio::formatSpan(std::chrono::milliseconds(progress.elapsedMs)));
    m_cancel->setText(failed ? tr("Close") : tr("Cancel"));
    m_progress->show();
}

void StartPage::create(const studio::ClusterRecipe& recipe)
{
    m_catalog.create(recipe);
}

void StartPage::startWorkshop()
{
    studio::ClusterRecipe recipe;
    for (const studio::ClusterEntry& entry : m_catalog.entries()) {
        if (entry.kind == ClusterKind::Bundled && entry.name == recipe.name) {
            m_catalog.open(entry.id);
            return;
        }
    }
    recipe.replication = m_replication->currentData().toInt();
    create(recipe);
}

void StartPage::showMore()
{
    CreateDialog dialog(m_theme, m_catalog, this);
    if (dialog.exec() == QDialog::Accepted)
        create(dialog.recipe());
}

void StartPage::askCredentials(const studio::RemoteAddress& address, const QString& text)
{
    auto* dialog = new ConnectDialog(m_theme, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAddress(address, text);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_catalog.connectTo(dialog->address()); });
    dialog->open();
}

void StartPage::showConnect()
{
    ConnectDialog dialog(m_theme, this);
    if (dialog.exec() == QDialog::Accepted)
        m_catalog.connectTo(dialog.address());
}

} // namespace views
