import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_initial'),
        ('regions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PostingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(choices=[('minimum_month_fen', 'Minimum wage a month, fen'), ('minimum_hour_fen', 'Minimum wage an hour, fen'), ('max_validity_days', 'Longest validity of a posting, days'), ('review_working_days', 'Time for a review, working days'), ('trusted_clean_reviews', 'Clean reviews needed to publish at once'), ('clean_record_days', 'Days without an upheld report needed to publish at once'), ('sample_one_in', 'One in this many is drawn for review after publication'), ('remind_days_before', 'Reminder before the end of validity, days')], max_length=30, verbose_name='limit')),
                ('value', models.PositiveIntegerField(verbose_name='value')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='regions.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'posting limit',
                'verbose_name_plural': 'posting limits',
                'ordering': ['name', 'region__path', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('region', 'name', 'valid_from'), name='postingrule_once', nulls_distinct=False)],
            },
        ),
    ]
