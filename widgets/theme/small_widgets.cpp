#include "widgets/theme/small_widgets.h"

#include "widgets/theme/paint.h"

#include <QButtonGroup>
#include <QEvent>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace theme {

Badge::Badge(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Badge::set(const QString& text, Ink ink, const QString& iconName)
{
    m_text = text;
    m_ink = ink;
    m_icon = iconName;
    setAccessibleName(text);
    setVisible(!text.isEmpty());
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const
{
    return {static_cast<int>(badgeWidth(m_text)) + (m_icon.isEmpty() ? 0 : 17), 20};
}

void Badge::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = m_theme.ink(m_ink);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.tokens().soft(color));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0, 1, 0, -1), kRadiusBadge, kRadiusBadge);
    QRect textRect = rect();
    if (!m_icon.isEmpty()) {
        painter.drawPixmap(6, (height() - 13) / 2,
                           iconPixmap(m_icon, color, 13, devicePixelRatioF()));
        textRect.setLeft(17);
    }
    QFont f = typeFont(Type::Small);
    f.setWeight(QFont::DemiBold);
    painter.setFont(f);
    painter.setPen(color);
    painter.drawText(textRect, Qt::AlignCenter, m_text);
}

NodeDot::NodeDot(const Theme& theme, int diameter, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_diameter(diameter)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void NodeDot::set(int number, bool down, const QString& accessibleName)
{
    m_number = number;
    m_down = down;
    setAccessibleName(accessibleName);
    setToolTip(accessibleName);
    update();
}

void NodeDot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintNodeDot(painter, m_theme.tokens(), QRectF(0, 0, m_diameter, m_diameter), m_number, m_down);
}

SegmentedControl::SegmentedControl(QWidget* parent)
    : QWidget(parent), m_layout(new QHBoxLayout(this)), m_group(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("segments"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idClicked, this, &SegmentedControl::currentChanged);
}

int SegmentedControl::addSegment(const QString& text, const QString& tip)
{
    const int index = static_cast<int>(m_group->buttons().size());
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(tip);
    button->setCheckable(true);
    button->setChecked(index == 0);
    button->setProperty("first", index == 0);
    button->setProperty("last", true);
    button->setFocusPolicy(Qt::StrongFocus);
    if (index > 0)
        m_group->button(index - 1)->setProperty("last", false);
    m_group->addButton(button, index);
    m_layout->addWidget(button);
    return index;
}

int SegmentedControl::current() const
{
    return m_group->checkedId();
}

void SegmentedControl::setCurrent(int index)
{
    if (QAbstractButton* button = m_group->button(index); button && !button->isChecked()) {
        button->setChecked(true);
        emit currentChanged(index);
    }
}

EmptyState::EmptyState(const Theme& theme, const QString& iconName, const QString& title,
                       const QString& text, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_iconName(iconName),
      m_icon(new QLabel(this)),
      m_title(makeLabel(title, Type::Heading, nullptr, this)),
      m_text(makeLabel(text, Type::Body, "2", this))
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(kSpace2);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignHCenter);
    m_text->setMaximumWidth(460);
    // Without an alignment of its own, so that the layout asks how tall its lines are.
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_text, 100);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addSpacing(kSpace1);
    layout->addStretch(3);
    updateIcon();
}

QPushButton* EmptyState::addButton(const QString& text, bool primary)
{
    auto* button = new QPushButton(text, this);
    button->setProperty("primary", primary);
    button->setAutoDefault(true);
    auto* box = static_cast<QVBoxLayout*>(layout());
    box->insertWidget(box->count() - 1, button, 0, Qt::AlignHCenter);
    return button;
}

void EmptyState::setTexts(const QString& title, const QString& text)
{
    m_title->setText(title);
    m_text->setText(text);
}

void EmptyState::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        updateIcon();
    QWidget::changeEvent(event);
}

void EmptyState::resizeEvent(QResizeEvent* event)
{
    // In a low dock the words matter more than the picture.
    m_icon->setVisible(event->size().height() >= 150);
    QWidget::resizeEvent(event);
}

void EmptyState::updateIcon()
{
    m_icon->setPixmap(iconPixmap(m_iconName, m_theme.tokens().text3, 36, devicePixelRatioF()));
}

QString clusterButtonText(ClusterButton button)
{
    return button == ClusterButton::Start ? EmptyState::tr("Start a local cluster")
                                          : EmptyState::tr("Connect…");
}

QLabel* makeLabel(const QString& text, Type type, const char* tone, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setFont(typeFont(type));
    if (tone)
        label->setProperty("tone", QLatin1String(tone));
    return label;
}

QPushButton* makeButton(const Theme& theme, const QString& iconName, const QString& text,
                        bool primary, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    if (!iconName.isEmpty())
        button->setIcon(theme.icon(iconName, primary ? Ink::OnAccent : Ink::Text2));
    button->setProperty("primary", primary);
    // Enter presses the button that has the focus, also outside dialogs.
    button->setAutoDefault(true);
    return button;
}

QToolButton* makeFlatButton(const Theme& theme, const QString& iconName, const QString& tip,
                            QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setIcon(theme.icon(iconName));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setProperty("flat", true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QFrame* makeRule(QWidget* parent)
{
    auto* rule = new QFrame(parent);
    rule->setProperty("rule", true);
    return rule;
}

} // namespace theme
