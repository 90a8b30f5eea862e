using 'main.bicep'

// Each value comes from the azd environment: `azd env set NAME VALUE`. docs/deploy.md has the list.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'cochin')
param location = readEnvironmentVariable('AZURE_LOCATION', 'francecentral')
param timeZone = readEnvironmentVariable('COCHIN_TIME_ZONE', 'Europe/Paris')
param discord = bool(readEnvironmentVariable('COCHIN_DISCORD', 'false'))
param discordWebhookUrl = readEnvironmentVariable('COCHIN_DISCORD_WEBHOOK_URL', '')
param discordCulture = readEnvironmentVariable('COCHIN_DISCORD_CULTURE', 'fr-FR')
param alertEmail = readEnvironmentVariable('COCHIN_ALERT_EMAIL', '')
param alertWebhookUrl = readEnvironmentVariable('COCHIN_ALERT_WEBHOOK_URL', '')
param operatorPrincipalId = readEnvironmentVariable('COCHIN_OPERATOR_ID', '')
param operatorPrincipalType = readEnvironmentVariable('COCHIN_OPERATOR_TYPE', 'User')
param djangoIdentity = bool(readEnvironmentVariable('COCHIN_DJANGO_IDENTITY', 'false'))
param privateNetworking = bool(readEnvironmentVariable('COCHIN_PRIVATE_NETWORKING', 'false'))
param dataRedundancy = readEnvironmentVariable('COCHIN_DATA_REDUNDANCY', 'Standard_ZRS')
param recoveryDays = int(readEnvironmentVariable('COCHIN_RECOVERY_DAYS', '30'))
param auditImmutabilityDays = int(readEnvironmentVariable('COCHIN_AUDIT_IMMUTABILITY_DAYS', '0'))
param auditRetentionDays = int(readEnvironmentVariable('COCHIN_AUDIT_RETENTION_DAYS', '0'))
