#include "widgets/start/create_dialog.h"

#include "widgets/studio/cluster_source.h"
#include "widgets/theme/small_widgets.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace views {

using studio::ClusterRecipe;

namespace {
QSpinBox* makeSpin(int least, int most, int value)
{
    auto* spin = new QSpinBox;
    spin->setRange(least, most);
    spin->setValue(value);
    spin->setMaximumWidth(110);
    return spin;
}
} // namespace

CreateDialog::CreateDialog(const theme::Theme& theme, const studio::ClusterCatalog& catalog,
                           QWidget* parent)
    : QDialog(parent),
      m_catalog(catalog),
      m_name(new QLineEdit),
      m_nodes(makeSpin(1, 24, 3)),
      m_datacenters(makeSpin(1, 6, 1)),
      m_racks(makeSpin(1, 8, 3)),
      m_vnodes(makeSpin(1, 256, 16)),
      m_replication(makeSpin(1, 24, 3)),
      m_sample(new QComboBox),
      m_summary(theme::makeLabel({}, theme::Type::Label, "2")),
      m_problem(theme::makeLabel({}, theme::Type::Label, "error"))
{
    setWindowTitle(tr("New local cluster"));
    setMinimumWidth(460);
    const ClusterRecipe usual;
    // A name that is free, so that Enter works at once.
    QString name = usual.name;
    for (int n = 2; n < 100; ++n) {
        bool taken = false;
        for (const auto& entry : catalog.entries())
            taken = taken || entry.name == name;
        if (!taken)
            break;
        name = QStringLiteral("%1-%2").arg(usual.name).arg(n);
    }
    m_name->setText(name);
    m_name->selectAll();
    m_sample->addItem(tr("Hotel sample, small: ready in seconds"),
                      static_cast<int>(ClusterRecipe::Sample::Small));
    m_sample->addItem(tr("Hotel sample, full: 1,000,000 availability rows"),
                      static_cast<int>(ClusterRecipe::Sample::Full));
    m_sample->addItem(tr("Empty"), static_cast<int>(ClusterRecipe::Sample::None));

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(theme::kSpace4);
    form->setVerticalSpacing(theme::kSpace2);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("Data &centres"), m_datacenters);
    form->addRow(tr("Rac&ks in each"), m_racks);
    form->addRow(tr("N&odes in each data centre"), m_nodes);
    form->addRow(tr("&Vnodes a node"), m_vnodes);
    form->addRow(tr("&Replication in each"), m_replication);
    form->addRow(tr("&Data"), m_sample);
    m_problem->setWordWrap(true);
    m_summary->setWordWrap(true);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_create = theme::makeButton(theme, QStringLiteral("play"), tr("Start"), true);
    buttons->addButton(m_create, QDialogButtonBox::AcceptRole);
    m_create->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::kSpace5, theme::kSpace5, theme::kSpace5, theme::kSpace4);
    layout->setSpacing(theme::kSpace3);
    layout->addWidget(theme::makeLabel(tr("New local cluster"), theme::Type::Heading));
    layout->addLayout(form);
    layout->addWidget(m_summary);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);

    connect(m_name, &QLineEdit::textChanged, this, &CreateDialog::check);
    connect(m_sample, &QComboBox::currentIndexChanged, this, &CreateDialog::check);
    for (QSpinBox* spin : {m_nodes, m_datacenters, m_racks, m_vnodes, m_replication})
        connect(spin, &QSpinBox::valueChanged, this, &CreateDialog::check);
    check();
}

ClusterRecipe CreateDialog::recipe() const
{
    ClusterRecipe recipe;
    recipe.name = m_name->text().trimmed();
    recipe.datacenters = m_datacenters->value();
    recipe.racksPerDatacenter = m_racks->value();
    recipe.nodesPerDatacenter = m_nodes->value();
    recipe.vnodes = m_vnodes->value();
    recipe.replication = m_replication->value();
    recipe.sample = static_cast<ClusterRecipe::Sample>(m_sample->currentData().toInt());
    return recipe;
}

void CreateDialog::check()
{
    const ClusterRecipe wanted = recipe();
    QString problem;
    if (wanted.name.isEmpty())
        problem = tr("Give the cluster a name.");
    else if (wanted.replication > wanted.nodesPerDatacenter)
        problem = tr("Replication %1 needs at least %1 nodes in each data centre.")
                      .arg(wanted.replication);
    else if (wanted.racksPerDatacenter > wanted.nodesPerDatacenter)
        problem = tr("%n rack(s) need as many nodes in each data centre.", nullptr,
                     wanted.racksPerDatacenter);
    else
        problem = m_catalog.problemWith(wanted);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_summary->setText(
        tr("%n process(es), each with its own address and files.", nullptr, wanted.nodeCount()));
    m_create->setEnabled(problem.isEmpty());
}

} // namespace views
