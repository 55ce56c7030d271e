#include "widgets/designer/advice_help.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/advice.h"
#endif
#include "widgets/studio/text.h"

#include <QFile>
#include <QHBoxLayout>
#include <QListWidget>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextCursor>

namespace views {

namespace {
constexpr int kRuleRole = Qt::UserRole;
constexpr int kPageRole = Qt::UserRole + 1;
} // namespace

AdviceHelp::AdviceHelp(const theme::Theme& theme, QWidget* parent)
    : QDialog(parent),
      m_theme(theme),
      m_rules(new QListWidget(this)),
      m_page(new QTextBrowser(this))
{
    setWindowTitle(tr("Checks of a model"));
    resize(860, 560);
    auto* layout = new QHBoxLayout(this);
    m_rules->setAccessibleName(tr("Rules"));
    m_rules->setWordWrap(true);
    m_rules->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rules->setMinimumWidth(250);
    m_rules->setMaximumWidth(340);
    for (const engine::modeling::Rule& rule : engine::modeling::adviceRules()) {
        auto* item = new QListWidgetItem(studio::text(rule.title), m_rules);
        item->setData(kRuleRole, studio::text(rule.id));
        item->setData(kPageRole, studio::text(rule.helpPage));
        item->setToolTip(studio::text(rule.id));
    }
    m_page->setAccessibleName(tr("Help"));
    m_page->setOpenExternalLinks(true);
    m_page->setFrameShape(QFrame::NoFrame);
    m_page->document()->setDocumentMargin(16);
    layout->addWidget(m_rules);
    layout->addWidget(m_page, 1);
    connect(m_rules, &QListWidget::currentItemChanged, this, &AdviceHelp::showPage);
    connect(&theme, &theme::Theme::changed, this, &AdviceHelp::showPage);
    m_rules->setCurrentRow(0);
}

void AdviceHelp::showRule(const QString& id)
{
    for (int row = 0; row < m_rules->count(); ++row)
        if (m_rules->item(row)->data(kRuleRole).toString() == id)
            m_rules->setCurrentRow(row);
}

void AdviceHelp::showPage()
{
    const QListWidgetItem* item = m_rules->currentItem();
    if (!item)
        return;
    QFile file(QStringLiteral(":/help/%1.md").arg(item->data(kPageRole).toString()));
    m_page->setFont(theme::typeFont(theme::Type::Body));
    m_page->setMarkdown(file.open(QIODevice::ReadOnly)
                            ? QString::fromUtf8(file.readAll())
                            : tr("There is no page about %1.").arg(item->text()));
    // Lines of text stand closer than a reader of paragraphs likes.
    for (QTextBlock block = m_page->document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        format.setLineHeight(128, QTextBlockFormat::ProportionalHeight);
        cursor.setBlockFormat(format);
    }
    m_page->verticalScrollBar()->setValue(0);
}

AdviceHelp& AdviceHelp::openFor(const theme::Theme& theme, QWidget* asker, const QString& rule)
{
    QWidget* window = asker->window();
    auto* help = window->findChild<AdviceHelp*>();
    if (!help)
        help = new AdviceHelp(theme, window);
    help->showRule(rule);
    help->show();
    help->raise();
    help->activateWindow();
    return *help;
}

QString AdviceHelp::shownText() const
{
    return m_page->toPlainText();
}

} // namespace views
