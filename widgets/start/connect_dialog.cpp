#include "widgets/start/connect_dialog.h"

#include "widgets/theme/small_widgets.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace views {

ConnectDialog::ConnectDialog(const theme::Theme& theme, QWidget* parent)
    : QDialog(parent),
      m_hosts(new QLineEdit),
      m_user(new QLineEdit),
      m_password(new QLineEdit),
      m_datacenter(new QLineEdit),
      m_problem(new QFrame),
      m_problemText(theme::makeLabel({}, theme::Type::Body))
{
    setWindowTitle(tr("Connect"));
    setMinimumWidth(440);
    m_hosts->setPlaceholderText(QStringLiteral("10.0.0.1, 10.0.0.2:9042"));
    m_user->setPlaceholderText(tr("none"));
    m_password->setEchoMode(QLineEdit::Password);
    m_datacenter->setPlaceholderText(tr("of the node that answers first"));

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(theme::kSpace4);
    form->setVerticalSpacing(theme::kSpace2);
    form->addRow(tr("&Contact points"), m_hosts);
    form->addRow(tr("&User"), m_user);
    form->addRow(tr("&Password"), m_password);
    form->addRow(tr("Local &data centre"), m_datacenter);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_connect = theme::makeButton(theme, QStringLiteral("plug"), tr("Connect"), true);
    m_connect->setDefault(true);
    m_connect->setEnabled(false);
    buttons->addButton(m_connect, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_hosts, &QLineEdit::textChanged, this,
            [this] { m_connect->setEnabled(!address().contactPoints.isEmpty()); });

    auto* note = theme::makeLabel(
        tr("Tested with Apache Cassandra 5.0; other versions and ScyllaDB are untested. Once it "
           "was right, the password goes to the desktop's keychain (an encrypted file where there "
           "is none), never to the workspace."),
        theme::Type::Label, "2");
    note->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::kSpace5, theme::kSpace5, theme::kSpace5, theme::kSpace4);
    layout->setSpacing(theme::kSpace3);
    layout->addWidget(theme::makeLabel(tr("Connect to a cluster"), theme::Type::Heading));
    m_problem->setProperty("banner", "error");
    auto* problemLayout = new QVBoxLayout(m_problem);
    m_problemText->setWordWrap(true);
    problemLayout->addWidget(m_problemText);
    m_problem->hide();
    layout->addWidget(m_problem);
    layout->addLayout(form);
    layout->addWidget(note);
    layout->addStretch(1);
    layout->addWidget(buttons);
}

void ConnectDialog::setAddress(const studio::RemoteAddress& address, const QString& problem)
{
    m_hosts->setText(address.contactPoints.join(QStringLiteral(", ")));
    m_user->setText(address.user);
    m_datacenter->setText(address.localDatacenter);
    m_problemText->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    (address.user.isEmpty() ? m_user : m_password)->setFocus();
}

studio::RemoteAddress ConnectDialog::address() const
{
    studio::RemoteAddress address;
    static const QRegularExpression separators(QStringLiteral("[,;\\s]+"));
    address.contactPoints = m_hosts->text().split(separators, Qt::SkipEmptyParts);
    address.user = m_user->text().trimmed();
    address.password = m_password->text();
    address.localDatacenter = m_datacenter->text().trimmed();
    return address;
}

} // namespace views
